/** One message as an article: who, when, what it says, and what can be done with it. */
import { blockNodes } from "./blocks.js";
import { dayKey, fromTs, fullStamp, timeOf } from "./dates.js";
import { h } from "./dom.js";
import { fileCard } from "./files.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { avatar } from "./people.js";
import { reactionButton, reactionRow } from "./reactions.js";
import { isReply } from "./state.js";

const GROUP_SECONDS = 300;
const FRAMED = new Set(["header", "actions", "table", "image", "data_table", "data_visualization"]);

export function authorOf(message, workspace) {
  const user = workspace.users.get(message.user) ?? (message.bot_id ? workspace.users.get(workspace.app.user_id) : null);
  const isApp = Boolean(message.bot_id || user?.is_bot);
  return { id: user?.id ?? message.bot_id, isApp, name: message.username || (user ? workspace.shownName(user) : "Someone") };
}

/** A message that goes on where the same author just left off needs no second face. */
export function continues(message, before, workspace) {
  if (!before || message.blocks?.length || before.is_ephemeral !== message.is_ephemeral) return false;
  const sameDay = dayKey(fromTs(before.ts), workspace.zone) === dayKey(fromTs(message.ts), workspace.zone);
  const [now, then] = [authorOf(message, workspace), authorOf(before, workspace)];
  return sameDay && now.id === then.id && now.name === then.name && message.ts - before.ts < GROUP_SECONDS;
}

function attachment(one, ctx) {
  const inside = one.blocks ? blockNodes(one.blocks, ctx) : [
    one.pretext && mrkdwn(one.pretext, ctx), one.title && h("strong", null, one.title), one.text && mrkdwn(one.text, ctx),
    !one.text && !one.title && one.fallback,
  ];
  return h("div", { class: "attachment" }, inside);
}

function content(message, ctx) {
  const framed = message.blocks?.some((block) => FRAMED.has(block.type)) ? "framed" : "";
  const bare = !message.blocks?.length && !message.text && message.files?.length;
  const main = bare ? null : message.blocks?.length ? h("div", { class: framed }, blockNodes(message.blocks, ctx)) : h("div", { class: "message-text" }, mrkdwn(message.text ?? "", ctx));
  return [main, (message.attachments ?? []).map((one) => attachment(one, ctx)), (message.files ?? []).map((file) => fileCard(file, ctx.me))];
}

/** A message that the page cannot draw must not take the others with it. */
function safely(message, ctx) {
  try {
    return content(message, ctx);
  } catch (error) {
    console.error("message not drawn", message, error);
    return [h("p", { class: "not-shown" }, "This message could not be drawn."), message.text ?? ""];
  }
}

function stamp(message, workspace) {
  const date = fromTs(message.ts);
  return h("time", { class: "stamp", datetime: date.toISOString(), title: fullStamp(date, workspace.zone) }, timeOf(date, workspace.zone));
}

function headLine(author, message, workspace) {
  return h("div", { class: "message-head" }, h("span", { class: "author" }, author.name),
    author.isApp && h("span", { class: "badge" }, "APP"), stamp(message, workspace));
}

function repliesButton(message, workspace, actions) {
  if (!message.reply_count || isReply(message)) return null;
  const words = message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`;
  const faces = (message.reply_users ?? []).slice(0, 3).map((id) => workspace.users.get(id)).filter(Boolean)
    .map((user) => avatar(workspace.shownName(user), user.is_bot, "avatar-tiny"));
  return h("button", { type: "button", class: "replies", onclick: () => actions.openThread(message.thread_ts ?? message.ts) }, faces, words);
}

function toolbar(message, workspace, actions) {
  const shortcuts = workspace.shortcuts.filter((one) => one.type === "message");
  const items = [
    ...shortcuts.map((one) => ({ label: one.name, description: one.description, mark: icon("bolt"), select: () => actions.runShortcut(one, message) })),
    { label: "Copy link", mark: icon("reply"), select: () => actions.copyLink(message) },
  ];
  const more = h("button", { type: "button", class: "icon-button", "aria-label": "More actions for this message", "aria-haspopup": "menu",
    onclick: () => openMenu(more, "Message", items) }, icon("more"));
  const reply = !isReply(message) && actions.canReply && h("button", { type: "button", class: "icon-button", "aria-label": "Reply in thread",
    onclick: () => actions.openThread(message.thread_ts ?? message.ts) }, icon("reply"));
  return h("div", { class: "message-tools" }, reactionButton((name) => actions.react(message, name)), reply, more);
}

/** actions: react(message, name), openThread(ts), runShortcut(shortcut, message), copyLink(message), act(message, call), canReply. */
export function messageNode(message, workspace, actions, joined) {
  const author = authorOf(message, workspace);
  const place = { channel: actions.channel, ts: message.ts };
  const ctx = workspace.context({
    act: (call) => actions.act(message, call), here: actions.channel, options: workspace.optionsFor(place),
    chosen: workspace.chosenIn([workspace.me.id, place]),
  });
  const label = `${author.name}, ${timeOf(fromTs(message.ts), workspace.zone)}`;
  return h(
    "article",
    { role: "article", "aria-label": label, class: `message ${joined ? "message-joined" : ""} ${message.is_ephemeral ? "message-private" : ""}`,
      data: { ts: message.ts } },
    h("div", { class: "message-side" }, joined ? stamp(message, workspace) : avatar(author.name, author.isApp)),
    h("div", { class: "message-body" },
      message.is_ephemeral && h("p", { class: "private-note" }, icon("eye"), "Only visible to you"),
      !joined && headLine(author, message, workspace),
      safely(message, ctx),
      message.edited && h("span", { class: "edited" }, "(edited)"),
      reactionRow(message, workspace, (name) => actions.react(message, name)),
      repliesButton(message, workspace, actions)),
    message.is_ephemeral ? null : toolbar(message, workspace, actions),
  );
}
