/** Short sentences that appear in a corner and are read out, then leave by themselves. */
import { h } from "./dom.js";
import { icon } from "./icons.js";

const STAYS_MS = 9000;

export function createNotices() {
  const list = h("div", { class: "notices" });
  const region = h("div", { role: "status", "aria-live": "polite", "aria-label": "Notices" }, list);
  const whisper = h("div", { class: "unseen", role: "log", "aria-live": "polite", "aria-label": "New messages" });
  document.body.append(region, whisper);

  function show(text, kind = "info") {
    const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", onclick: () => node.remove() }, icon("close"));
    const node = h("div", { class: `notice notice-${kind}` }, h("p", null, text), cross);
    // A modal dialog hides what is behind it, so the notices move into the top one while it is open.
    ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(region);
    list.append(node);
    let timer = setTimeout(() => node.remove(), STAYS_MS);
    node.addEventListener("pointerenter", () => clearTimeout(timer));
    node.addEventListener("pointerleave", () => { timer = setTimeout(() => node.remove(), STAYS_MS / 3); });
  }

  function announce(text) {
    whisper.append(h("p", null, text));
    while (whisper.children.length > 5) whisper.firstElementChild.remove();
  }

  /** Runs a person's action and shows why it failed, if it did. */
  async function attempt(work) {
    try {
      return await work();
    } catch (error) {
      show(error.message, "error");
      return undefined;
    }
  }

  /** What was read out to one person is not for the next. */
  const forget = () => whisper.replaceChildren();

  return { show, announce, forget, attempt, home: () => document.body.append(region) };
}
