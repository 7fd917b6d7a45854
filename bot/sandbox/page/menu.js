/** A pop-up menu beside the control that opened it: arrows move, typing filters, Escape closes. */
import { h } from "./dom.js";
import { icon } from "./icons.js";

const FILTER_FROM = 9;

function itemNode(item, choose) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const role = item.checked === undefined ? "menuitem" : "menuitemradio";
  return h(
    "button",
    { type: "button", role, class: `menu-item ${item.danger ? "danger" : ""}`, tabindex: "-1", onclick: () => choose(item),
      "aria-checked": item.checked === undefined ? null : String(Boolean(item.checked)) },
    h("span", { class: "menu-mark" }, item.checked ? icon("check") : item.mark ?? null),
    h("span", { class: "menu-words" }, h("span", { class: "menu-label" }, item.label),
      item.description && h("span", { class: "menu-description" }, item.description)),
  );
}

function place(menu, anchor) {
  const at = anchor.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8));
  const below = at.bottom + 6;
  const top = below + size.height > innerHeight - 8 ? Math.max(8, at.top - size.height - 6) : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}

const choices = (menu) => [...menu.querySelectorAll(".menu-item:not([hidden])")];

function move(menu, key) {
  const all = choices(menu);
  const at = all.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[key];
  all.at(next % all.length)?.focus();
}

function filterBox(menu) {
  const onlyMatching = (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const item of menu.querySelectorAll(".menu-item")) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  };
  return h("input", { class: "menu-filter", type: "text", placeholder: "Find…", "aria-label": "Find in this list", oninput: onlyMatching });
}

/** Shows a surface in the top layer, next to `anchor`, until it is left; returns its close function. */
export function showPopup(popup, anchor, onKey) {
  // A modal dialog makes everything outside it inert, so its menus have to live inside it.
  (anchor.closest("dialog") ?? document.body).append(popup);
  popup.popover = "manual";
  popup.showPopover();
  place(popup, anchor);
  anchor.setAttribute("aria-expanded", "true");
  const outside = (event) => {
    if (!popup.contains(event.target) && !anchor.contains(event.target)) close(false);
  };
  function close(refocus = true) {
    document.removeEventListener("pointerdown", outside, true);
    anchor.setAttribute("aria-expanded", "false");
    popup.remove();
    if (refocus) anchor.focus();
  }
  popup.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape" || (event.key === "Tab" && popup.role === "menu")) {
      event.preventDefault();
      close();
    } else onKey?.(event);
  });
  document.addEventListener("pointerdown", outside, true);
  return close;
}

/** items: {label, description?, mark?, checked?, danger?, select()} or {heading}. */
export function openMenu(anchor, label, items) {
  if (anchor.getAttribute("aria-expanded") === "true") return;
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label });
  const choose = (item) => {
    close();
    item.select();
  };
  if (items.length >= FILTER_FROM) menu.append(filterBox(menu));
  menu.append(...items.map((item) => itemNode(item, choose)));
  const close = showPopup(menu, anchor, (event) => {
    if (["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      move(menu, event.key);
    }
  });
  (menu.querySelector(".menu-filter, [aria-checked=true]") ?? choices(menu)[0])?.focus();
}
