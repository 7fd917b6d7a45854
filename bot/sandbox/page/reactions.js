/** Reactions under a message: one press adds or takes away one's own. */
import { h, whileBusy } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";

const OFFERED = ["+1", "white_check_mark", "eyes", "tada", "raised_hands", "heart", "fire", "rocket"];
const words = (name) => name.replaceAll("_", " ");

function pill(reaction, workspace, react) {
  const mine = reaction.users.includes(workspace.me.id);
  const names = reaction.users.map((id) => workspace.users.get(id)).filter(Boolean).map((user) => workspace.shownName(user)).join(", ");
  const node = h("button", { type: "button", class: "reaction", "aria-pressed": String(mine), title: names, data: { action: `reaction-${reaction.name}` },
    "aria-label": `${words(reaction.name)}, ${reaction.count}: ${names}`, onclick: () => whileBusy(node, () => react(reaction.name)) },
  emojiNode(reaction.name) ?? `:${reaction.name}:`, h("span", null, String(reaction.count)));
  return node;
}

export function reactionRow(message, workspace, react) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions", role: "group", "aria-label": "Reactions" }, message.reactions.map((one) => pill(one, workspace, react)));
}

export function reactionButton(react) {
  const items = OFFERED.map((name) => ({ label: words(name), mark: emojiNode(name), select: () => react(name) }));
  const node = h("button", { type: "button", class: "icon-button", "aria-label": "Add a reaction", "aria-haspopup": "menu", data: { action: "react" },
    onclick: () => openMenu(node, "Reactions", items) }, icon("smile"));
  return node;
}
