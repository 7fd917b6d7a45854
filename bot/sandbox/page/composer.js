/** The box to write in: messages, slash commands with suggestions, and a menu of global shortcuts. */
import { createAttachments } from "./attachments.js";
import { h, uniqueId } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { createSuggestions } from "./suggestions.js";

const MOST_LINES_PX = 220;

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${Math.min(area.scrollHeight, MOST_LINES_PX)}px`;
}

function shortcutMenu(anchor, workspace, run) {
  const items = workspace.shortcuts.filter((one) => one.type === "global")
    .map((one) => ({ label: one.name, description: one.description, mark: icon("bolt"), select: () => run(one) }));
  openMenu(anchor, "Shortcuts", items.length ? items : [{ label: "The app has no shortcuts", select: () => {} }]);
}

/** handlers: send(text), attach(files, text), command(command, text), shortcut(one), sending?(); `inThread` leaves commands and shortcuts out, as Slack does. */
export function createComposer(workspace, handlers, inThread = false) {
  const id = uniqueId("composer");
  const area = h("textarea", { id, rows: "1", autocomplete: "off", "aria-keyshortcuts": "Enter" });
  const label = h("label", { for: id, class: "unseen" }, "Message");
  const drafts = new Map();
  let place = null;
  let queue = Promise.resolve();
  const suggestions = inThread ? null : createSuggestions(area, () => workspace.commands);

  const attachments = createAttachments(() => area.focus());

  /** What is done with what was written; a command takes no files, so those stay for the message after it. */
  function workFor(text) {
    const slash = /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    if (slash) return () => handlers.command(slash[1], slash[2]);
    const files = attachments.take();
    if (!files.length) return () => handlers.send(text);
    return async () => {
      const sent = await handlers.attach(files, text);
      if (sent === false) attachments.add(files);
      return sent;
    };
  }

  async function send() {
    const text = area.value.trim();
    if (!text && !attachments.count()) return;
    handlers.sending?.();
    area.value = "";
    area.dispatchEvent(new Event("input"));
    const work = workFor(text);
    // One after the other: what is typed while the last one is under way must not overtake it.
    queue = queue.then(work);
    node.setAttribute("aria-busy", "true");
    const mine = queue;
    const sent = await mine;
    if (mine === queue) node.removeAttribute("aria-busy");
    if (sent === false && !area.value) area.value = text;
    grow(area);
  }

  area.addEventListener("input", () => grow(area));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing || suggestions?.key(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  });
  const button = h("button", { type: "button", class: "send", "aria-label": "Send", onclick: send }, icon("send"));
  const bolt = !inThread && h("button", { type: "button", class: "icon-button", "aria-label": "Shortcuts", "aria-haspopup": "menu",
    onclick: () => shortcutMenu(bolt, workspace, handlers.shortcut) }, icon("plus"));
  const node = h("div", { class: "composer" }, suggestions?.box, suggestions?.hint, attachments.list,
    h("div", { class: "composer-box" }, bolt, attachments.input, attachments.button, label, area, button));

  /** Drafts stay with the place they were written in. */
  function moveTo(newPlace, words) {
    if (place !== null) drafts.set(place, area.value);
    place = newPlace;
    area.value = drafts.get(place) ?? "";
    label.textContent = words;
    area.placeholder = inThread ? "Reply…" : words;
    area.dispatchEvent(new Event("input"));
  }
  return { node, area, moveTo, dropOn: attachments.dropOn };
}
