/** A dialog over the page that keeps the keyboard inside until it is closed, and the small "are you sure" on top of it. */
import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { plain, textObject } from "./mrkdwn.js";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0']";

/** Tab wraps at both ends: the browser alone would let it wander to the address bar. */
function keepInside(dialog, event) {
  if (event.key !== "Tab") return;
  const stops = [...dialog.querySelectorAll(FOCUSABLE)].filter((node) => node.checkVisibility());
  const [first, last] = [stops[0], stops.at(-1)];
  if (event.shiftKey ? document.activeElement === first : document.activeElement === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}

/** Opens a dialog; `askToClose` runs on Escape and on the ×. */
export function openDialog({ title, className = "", askToClose }) {
  const id = uniqueId("dialog");
  const heading = h("h2", { id, class: "dialog-title" }, title);
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close", onclick: askToClose }, icon("close"));
  const content = h("div", { class: "dialog-content" });
  const node = h(
    "dialog",
    { class: `dialog ${className}`, role: "dialog", "aria-modal": "true", "aria-labelledby": id },
    h("header", { class: "dialog-head" }, heading, cross),
    content,
  );
  node.addEventListener("keydown", (event) => keepInside(node, event));
  node.addEventListener("cancel", (event) => {
    event.preventDefault();
    askToClose();
  });
  document.body.append(node);
  node.showModal();
  const close = () => {
    node.close();
    node.remove();
  };
  return { node, content, heading, close };
}

/** Slack's confirm object → true when the person says yes. */
export function confirmed(confirm, ctx) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.close();
      resolve(yes);
    };
    const dialog = openDialog({ title: plain(confirm.title), className: "dialog-small", askToClose: () => answer(false) });
    const style = confirm.style === "danger" ? "button danger-fill" : "button primary";
    const yes = h("button", { type: "button", class: style, onclick: () => answer(true) }, plain(confirm.confirm) || "Yes");
    const no = h("button", { type: "button", class: "button", onclick: () => answer(false) }, plain(confirm.deny) || "Cancel");
    dialog.content.append(h("div", { class: "dialog-body" }, textObject(confirm.text, ctx)), h("footer", { class: "dialog-foot" }, no, yes));
    // A hasty Enter must not destroy anything.
    (confirm.style === "danger" ? no : yes).focus();
  });
}
