/** What can be made to go wrong, and what time it is made to be. */
import { api } from "./api.js";
import { city, fromWall, toWall } from "./dates.js";
import { h, uniqueId, whileBusy } from "./dom.js";
import { LATEST } from "./elements.js";

const KINDS = {
  429: "429 · rate limited", 500: "500 · internal error", 503: "503 · unavailable", malformed: "An answer that is no JSON", delay: "Delay",
  drop_before: "Connection drops before it is done", drop_after: "Connection drops after it is done", outage: "Outage",
  stale_signature: "A signature that is too old", bad_signature: "A wrong signature",
};
const USUAL = ["*", "socket", "http", "chat.postMessage", "chat.update", "chat.postEphemeral", "conversations.open", "users.info", "views.open", "views.update", "views.publish"];

function field(label, control) {
  control.id = uniqueId("wish");
  return h("div", { class: "field wish" }, h("label", { for: control.id, class: "field-label" }, label), control);
}

function clockForm(workspace, notices) {
  const at = h("input", { type: "datetime-local", required: true, max: LATEST["datetime-local"] });
  const button = h("button", { type: "submit", class: "button" }, "Set the clock");
  const place = h("span");
  const form = h("form", { class: "wishes wishes-two" }, field("Date and time", at), button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(button, () => notices.attempt(async () => {
      await api.clock({ set: fromWall(at.value.slice(0, 16), workspace.zone).toISOString() });
      await workspace.reload();
      notices.show("The workspace clock is set.");
    }));
  });
  const draw = () => {
    place.textContent = ` (${city(workspace.zone)})`;
    if (document.activeElement !== at) at.value = toWall(workspace.now(), workspace.zone);
  };
  return { draw, node: h("section", { class: "panel", "aria-label": "Clock" }, h("h3", null, "Workspace clock", place), form) };
}

function faultWords(fault) {
  const often = fault.times === null || fault.times === undefined ? "until cleared" : fault.times === 1 ? "once" : `${fault.times} times`;
  return `${fault.method}: ${KINDS[fault.kind] ?? fault.kind}, ${often}${fault.seconds ? `, ${fault.seconds} s` : ""}`;
}

function faultForm(notices, methods, changed) {
  const names = h("datalist", { id: uniqueId("methods") });
  const method = h("input", { type: "text", required: true, list: names.id, placeholder: "chat.postMessage", autocomplete: "off" });
  const kind = h("select", null, Object.entries(KINDS).map(([value, words]) => h("option", { value }, words)));
  kind.value = "429";
  const number = (placeholder) => h("input", { type: "number", min: "0", step: "any", placeholder });
  const [times, seconds, retry] = [number("1"), number("0"), number("1")];
  const button = h("button", { type: "submit", class: "button primary" }, "Plan it");
  const form = h("form", { class: "wishes" }, names, field("Method, socket, http or *", method), field("What goes wrong", kind), field("How often", times),
    field("Seconds", seconds), field("Retry-After", retry), button);
  const given = (control) => (control.value === "" ? undefined : Number(control.value));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    whileBusy(button, () => notices.attempt(async () => {
      await api.addFault({ method: method.value.trim(), kind: kind.value, times: given(times), seconds: given(seconds), retry_after: given(retry) });
      await changed();
    }));
  });
  method.addEventListener("focus", () => names.replaceChildren(...[...new Set([...USUAL, ...methods()])].map((value) => h("option", { value }))));
  return form;
}

function disconnectForm(notices) {
  const reason = h("select", null, ["warning", "refresh_requested", "link_disabled"].map((value) => h("option", { value }, value)));
  const button = h("button", { type: "button", class: "button", onclick: () => whileBusy(button, () => notices.attempt(() => api.disconnect(reason.value))) }, "Disconnect");
  return h("div", { class: "wishes wishes-two" }, field("Disconnect the app's sockets", reason), button);
}

export function createFaultPanel(workspace, notices, methods) {
  const clock = clockForm(workspace, notices);
  const planned = h("ul", { class: "faults", "aria-label": "Planned faults" });
  const clear = h("button", { type: "button", class: "button small danger", hidden: true, onclick: () => notices.attempt(async () => {
    await api.clearFaults();
    await load();
  }) }, "Clear all faults");
  const none = h("p", { class: "hint" }, "Nothing is planned to go wrong.");

  async function load() {
    const { faults } = await api.faults();
    planned.replaceChildren(...faults.map((fault) => h("li", null, faultWords(fault))));
    clear.hidden = faults.length === 0;
    none.hidden = faults.length > 0;
  }

  const node = h("div", { class: "panels" }, clock.node,
    h("section", { class: "panel", "aria-label": "Faults" }, h("h3", null, "Faults"), none, planned, clear, faultForm(notices, methods, load), disconnectForm(notices)));
  return { node, load: () => notices.attempt(load), draw: clock.draw };
}
