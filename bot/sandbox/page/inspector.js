/** A drawer that shows what passes between the workspace and the app, and makes things go wrong on purpose. */
import { createFaultPanel } from "./faultpanel.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { createTraffic } from "./traffic.js";

const KEY = ".";
const TABS = ["Traffic", "Clock and faults"];

function createTabs(parts, shown) {
  const buttons = TABS.map((name, at) => h("button", { type: "button", role: "tab", id: `inspector-tab-${at}`, "aria-controls": `inspector-part-${at}`, onclick: () => choose(at) }, name));
  parts.forEach((part, at) => {
    part.id = `inspector-part-${at}`;
    part.setAttribute("role", "tabpanel");
    part.setAttribute("aria-labelledby", `inspector-tab-${at}`);
  });
  function choose(wanted) {
    buttons.forEach((button, at) => {
      button.setAttribute("aria-selected", String(at === wanted));
      button.tabIndex = at === wanted ? 0 : -1;
      parts[at].hidden = at !== wanted;
    });
    shown(wanted);
  }
  const bar = h("div", { class: "tabs", role: "tablist", "aria-label": "Inspector parts" }, buttons);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = (buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length;
    choose(at);
    buttons[at].focus();
  });
  choose(0);
  return bar;
}

export function createInspector(workspace, notices) {
  const traffic = createTraffic(workspace, notices);
  const faults = createFaultPanel(workspace, notices, traffic.methods);
  const parts = [h("div", { class: "inspector-part" }, traffic.node), h("div", { class: "inspector-part" }, faults.node)];
  const tabs = createTabs(parts, (at) => {
    if (at !== 1 || node.hidden) return;
    faults.draw();
    faults.load();
  });
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close inspector", onclick: () => close() }, icon("close"));
  const node = h("aside", { class: "inspector", "aria-label": "Inspector", hidden: true },
    h("header", { class: "place-head" }, h("h2", { class: "place-title" }, "Inspector"), tabs, cross), parts);
  const button = h("button", { type: "button", class: "icon-button", "aria-label": "Inspector", title: "Inspector (Ctrl + .)", "aria-expanded": "false",
    "aria-keyshortcuts": "Control+.", onclick: () => toggle() }, icon("scope"));

  function open() {
    node.hidden = false;
    button.setAttribute("aria-expanded", "true");
    traffic.start();
    tabs.querySelector("[aria-selected=true]").focus();
  }

  function close() {
    node.hidden = true;
    button.setAttribute("aria-expanded", "false");
    traffic.stop();
    button.focus();
  }

  const toggle = () => (node.hidden ? open() : close());
  document.addEventListener("keydown", (event) => {
    if (event.key !== KEY || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    toggle();
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
  return { node, button, draw: () => { if (!node.hidden) faults.draw(); } };
}
