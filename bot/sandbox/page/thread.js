/** The pane beside the channel that shows one message with its replies. */
import { createComposer } from "./composer.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { createTimeline } from "./timeline.js";

export function createThread(workspace, actions) {
  let current = null;
  const place = h("p", { class: "place-topic" });
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close thread", onclick: () => actions.closeThread() }, icon("close"));
  const timeline = createTimeline(workspace, "Replies");
  const composer = createComposer(workspace, actions.composer(() => current.channel, () => current.ts), true);
  const node = h("aside", { class: "thread", "aria-label": "Thread", hidden: true },
    h("header", { class: "place-head" }, h("div", { class: "place-words" }, h("h2", { class: "place-title" }, "Thread"), place), cross),
    timeline.node, composer.node);
  composer.dropOn(node);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) actions.closeThread();
  });

  function draw(toBottom = false) {
    if (!current) return;
    const all = workspace.messages.get(current.channel) ?? [];
    const thread = all.filter((message) => message.ts === current.ts || message.thread_ts === current.ts);
    const forMessages = { ...actions.messages(current.channel), canReply: false };
    // The parent's own "3 replies" would only repeat what is below it.
    const shown = thread.map((message) => (message.ts === current.ts ? { ...message, reply_count: 0 } : message));
    timeline.show(shown, forMessages, { empty: () => h("p", { class: "empty" }, "This thread is gone."), toBottom });
  }

  function open(channel, ts) {
    current = { channel: channel.id, ts };
    node.hidden = false;
    place.textContent = channel.is_im ? workspace.app.name : `#${channel.name}`;
    composer.moveTo(`${workspace.me.id}/${channel.id}/${ts}`, "Reply in thread");
    draw(true);
  }

  function close() {
    current = null;
    node.hidden = true;
  }

  return { node, open, close, draw, composer, isOpen: () => current !== null };
}
