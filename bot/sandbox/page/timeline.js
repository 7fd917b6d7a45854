/** A list of messages that grows at the bottom: days, the line where news begins, and staying where the reader is. */
import { dayKey, dayLabel, fromTs } from "./dates.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { continues, messageNode } from "./messages.js";

const NEAR_BOTTOM = 80;
const AT_ONCE = 200;

function divider(key, label, className) {
  return { key, signature: label, render: () => h("div", { class: `divider ${className}`, role: "separator", "aria-label": label }, h("span", null, label)) };
}

function withDividers(messages, workspace, newSince, toItem) {
  let day = null;
  let marked = newSince === null;
  return messages.flatMap((message, at) => {
    const items = [];
    const date = fromTs(message.ts);
    const today = dayKey(date, workspace.zone);
    if (today !== day) items.push(divider(`day-${today}`, dayLabel(date, workspace.zone, workspace.now()), "divider-day"));
    const isNew = !marked && Number(message.ts) > Number(newSince) && message.user !== workspace.me.id;
    if (isNew) items.push(divider("new", "New", "divider-new"));
    const fresh = today !== day || isNew;
    marked ||= isNew;
    day = today;
    return [...items, toItem(message, fresh ? null : messages[at - 1])];
  });
}

export function createTimeline(workspace, label) {
  const list = h("div", { class: "timeline-list" });
  const toEnd = h("button", { type: "button", class: "to-end", hidden: true, onclick: () => scrollToEnd() }, icon("arrow"), "Newest");
  const scroller = h("div", { class: "timeline", tabindex: "0", role: "region", "aria-label": label }, list);
  const node = h("div", { class: "timeline-frame" }, scroller, toEnd);

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_BOTTOM;
  const scrollToEnd = () => { scroller.scrollTop = scroller.scrollHeight; };
  scroller.addEventListener("scroll", () => { toEnd.hidden = atEnd(); }, { passive: true });
  // Pictures and fonts change heights after the fact; whoever was at the end stays there.
  let follow = true;
  scroller.addEventListener("scroll", () => { follow = atEnd(); }, { passive: true });
  new ResizeObserver(() => { if (follow) scrollToEnd(); }).observe(list);

  let limit = AT_ONCE;

  function earlier(count, again) {
    const words = `Show earlier messages (${count})`;
    const more = () => {
      const fromEnd = scroller.scrollHeight - scroller.scrollTop;
      limit += AT_ONCE;
      again();
      // What was being read stays where it was.
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
    };
    return { key: "earlier", signature: words, render: () => h("div", { class: "earlier" }, h("button", { type: "button", class: "button small", onclick: more }, words)) };
  }

  /** Draws the newest; a page with a hundred thousand messages in it would serve nobody. */
  function show(everything, actions, options) {
    const { newSince = null, empty, toBottom = false } = options;
    if (toBottom) limit = AT_ONCE;
    const messages = everything.slice(-limit);

    const toItem = (message, before) => {
      const joined = continues(message, before, workspace);
      const signature = JSON.stringify([message, joined, workspace.me.id]);
      return { key: `${actions.channel}-${message.ts}`, signature, render: () => messageNode(message, workspace, actions, joined) };
    };
    const hidden = everything.length - messages.length;
    const items = [...(hidden ? [earlier(hidden, () => show(everything, actions, { ...options, toBottom: false }))] : []),
      ...withDividers(messages, workspace, newSince, toItem)];
    const wasAtEnd = toBottom || atEnd();
    reconcile(list, items.length ? items : [{ key: "empty", signature: "", render: empty }]);
    if (wasAtEnd) scrollToEnd();
    toEnd.hidden = atEnd();
  }

  const reveal = (ts) => list.querySelector(`[data-ts="${CSS.escape(ts)}"]`)?.scrollIntoView({ block: "center" });
  return { node, scroller, show, scrollToEnd, reveal };
}
