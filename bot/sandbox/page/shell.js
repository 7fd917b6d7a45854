/** The frame of the page: top bar, side bar that becomes a drawer on a phone, and the columns of the current place. */
import { h, svg } from "./dom.js";
import { icon } from "./icons.js";

function mark() {
  return svg("svg", { viewBox: "0 0 32 32", class: "mark", "aria-hidden": "true" },
    svg("rect", { width: "32", height: "32", rx: "9", class: "mark-ground" }),
    svg("circle", { cx: "14", cy: "18.5", r: "5.5", class: "mark-ring" }),
    svg("path", { d: "M20.6 6.5v18", class: "mark-stem" }));
}

function createDrawer(sidebar, main) {
  const narrow = matchMedia("(max-width: 760px)");
  const button = h("button", { type: "button", class: "icon-button drawer-button", "aria-controls": "sidebar", "aria-label": "Channels and people",
    onclick: () => set(!isOpen()) }, icon("menu"));
  const scrim = h("div", { class: "scrim", onclick: () => set(false) });
  const isOpen = () => document.body.classList.contains("drawer-open");

  /** What is out of sight is out of reach: a closed drawer, and the page behind an open one, take no focus. */
  function set(open) {
    const show = open && narrow.matches;
    document.body.classList.toggle("drawer-open", show);
    button.setAttribute("aria-expanded", String(show));
    sidebar.inert = narrow.matches && !show;
    main.inert = show;
    if (show) sidebar.querySelector("[aria-current], button").focus();
  }
  sidebar.addEventListener("click", (event) => {
    if (event.target.closest("a")) set(false);
  });
  sidebar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen()) return;
    set(false);
    button.focus();
  });
  narrow.addEventListener("change", () => set(false));
  set(false);
  return { button, scrim, close: () => set(false) };
}

export function createShell({ workspace, sidebar, clock, conversation, home, outside, thread, inspector }) {
  const main = h("main", { class: "main", id: "main" }, conversation.node, home.node, outside.node);
  const columns = h("div", { class: "columns" }, main, thread.node, inspector.node);
  const drawer = createDrawer(sidebar.node, columns);
  const name = h("span", { class: "brand-name" });
  const offline = h("p", { class: "offline", role: "status", hidden: true }, "The workspace is not answering. Trying again…");
  const skip = h("a", { class: "skip", href: "#main", onclick: (event) => {
    // A plain jump would change the hash, which names the channel.
    event.preventDefault();
    (conversation.node.hidden ? main.querySelector("section:not([hidden]) [tabindex]") : conversation.composer.area).focus();
  } }, "Skip to the message box");
  const bar = h("header", { class: "top" }, drawer.button,
    h("div", { class: "brand" }, mark(), h("span", { class: "brand-words" }, name, h("span", { class: "brand-note" }, "Local workspace"))),
    h("div", { class: "top-tools" }, clock.node, inspector.button));
  const node = h("div", { class: "shell" }, skip, bar, offline, h("div", { class: "body" }, sidebar.node, drawer.scrim, columns));

  function show(view, channel) {
    name.textContent = workspace.name;
    conversation.node.hidden = view !== "channel" || !channel;
    outside.node.hidden = view !== "outside";
    home.node.hidden = view !== "home";
    const place = view === "outside" ? "Leads' side" : view === "home" ? `${workspace.app.name} home` : channel ? `${channel.is_im ? "" : "#"}${workspace.title(channel)}` : "";
    document.title = [place, workspace.name, "Local workspace"].filter(Boolean).join(" · ");
    columns.classList.toggle("with-thread", !thread.node.hidden);
  }

  const connection = (connected) => { offline.hidden = connected; };
  return { node, show, connection, drawer };
}
