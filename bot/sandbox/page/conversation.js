/** The main column for a channel or the direct message: its header, its messages and the box to write in. */
import { createComposer } from "./composer.js";
import { h } from "./dom.js";
import { createFind } from "./find.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { avatar, face } from "./people.js";
import { isReply } from "./state.js";
import { createTimeline } from "./timeline.js";

export function inChannel(messages) {
  return messages.filter((message) => !isReply(message) || message.subtype === "thread_broadcast");
}

function membersButton(channel, workspace) {
  const users = channel.members.map((id) => workspace.users.get(id)).filter(Boolean);
  const items = users.map((user) => ({
    label: workspace.shownName(user), description: user.is_bot ? "App" : user.title || user.tz,
    mark: face(workspace.shownName(user), user.is_bot, workspace.isActive(user)), select: () => {},
  }));
  const words = users.length === 1 ? "1 member" : `${users.length} members`;
  const node = h("button", { type: "button", class: "members", "aria-haspopup": "menu", "aria-label": words, onclick: () => openMenu(node, "Members", items) },
    users.slice(0, 4).map((user) => avatar(workspace.shownName(user), user.is_bot, "avatar-tiny")), h("span", null, String(users.length)));
  return node;
}

function headerParts(channel, workspace, actions) {
  const title = h("h1", { class: "place-title", tabindex: "-1" }, icon(channel.is_im ? "chat" : channel.is_private ? "lock" : "hash"), workspace.title(channel));
  const topic = h("p", { class: "place-topic" }, channel.is_im ? "Direct messages with the app" : channel.topic || "");
  const more = !channel.is_im && h("button", { type: "button", class: "icon-button", "aria-label": "Channel actions", "aria-haspopup": "menu",
    onclick: () => openMenu(more, "Channel", [{ label: `Leave #${channel.name}`, danger: true, select: () => actions.leave(channel) }]) }, icon("more"));
  const find = h("button", { type: "button", class: "icon-button", "aria-label": "Find in this channel", onclick: actions.find }, icon("search"));
  return [h("div", { class: "place-words" }, title, topic), membersButton(channel, workspace), find, more];
}

function emptyNode(channel, workspace) {
  const words = channel.is_im ? `This is where ${workspace.app.name} writes to you alone.` : `This is the start of #${channel.name}.`;
  return () => h("div", { class: "empty" }, h("p", { class: "empty-title" }, words), h("p", null, "Nothing has been said yet."));
}

/** actions: what can be done with messages and with what is written (see main.js). */
export function createConversation(workspace, actions) {
  const header = h("header", { class: "place-head" });
  const timeline = createTimeline(workspace, "Messages");
  // Whoever says something wants to see what comes of it, wherever they had scrolled to.
  const sending = () => timeline.scrollToEnd();
  const composer = createComposer(workspace, { ...actions.composer(() => current.id), sending });
  const join = h("div", { class: "join-bar", hidden: true });
  const find = createFind(timeline.scroller, () => composer.area.focus());
  const node = h("section", { class: "conversation", "aria-label": "Channel" }, header, find.node, timeline.node, join, composer.node);
  composer.dropOn(node);
  let current = null;
  let newSince = null;

  function joinBar(member) {
    join.hidden = member;
    composer.node.hidden = !member;
    if (member) return;
    const button = h("button", { type: "button", class: "button primary", onclick: () => actions.join(current) }, "Join channel");
    join.replaceChildren(h("span", null, `You are not in #${current.name}.`), button);
  }

  function drawHeader() {
    if (!current) return;
    current = workspace.channel(current.id) ?? current;
    const signature = JSON.stringify([current, workspace.me.id, [...workspace.users.values()].map((user) => workspace.isActive(user))]);
    if (header.signature !== signature) header.replaceChildren(...headerParts(current, workspace, { ...actions, find: find.open }).filter(Boolean));
    header.signature = signature;
    joinBar(current.members.includes(workspace.me.id));
  }

  function draw(toBottom = false) {
    if (!current) return;
    const messages = workspace.messages.get(current.id) ?? [];
    const forMessages = actions.messages(current.id);
    timeline.show(inChannel(messages), forMessages, { newSince, empty: emptyNode(current, workspace), toBottom });
    find.again();
  }

  function open(channel) {
    find.close();
    current = channel;
    const mark = workspace.lastRead(channel.id);
    newSince = mark === "0" ? null : mark;
    const words = channel.is_im ? `Message ${workspace.app.name}` : `Message #${channel.name}`;
    composer.moveTo(`${workspace.me.id}/${channel.id}`, words);
    drawHeader();
    timeline.scroller.setAttribute("aria-label", `Messages in ${workspace.title(channel)}`);
    draw(true);
  }

  return { node, open, draw, drawHeader, composer, timeline, settle: () => { newSince = workspace.lastRead(current.id); } };
}
