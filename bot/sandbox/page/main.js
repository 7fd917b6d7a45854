/** Puts the page together: the parts, what each press does, and what is drawn when something changes. */
import { api } from "./api.js";
import { createClock } from "./clock.js";
import { createConversation } from "./conversation.js";
import { h } from "./dom.js";
import { createHome } from "./home.js";
import { createInspector } from "./inspector.js";
import { createModalHost } from "./modal.js";
import { authorOf } from "./messages.js";
import { mrkdwn } from "./mrkdwn.js";
import { createNotices } from "./notices.js";
import { createOutside } from "./outside.js";
import { lastPerson, rememberPerson } from "./reads.js";
import { HOME, OUTSIDE, firstChannel, hashOf, pinPerson, pinnedPerson, readRoute } from "./route.js";
import { createShell } from "./shell.js";
import { createSidebar } from "./sidebar.js";
import { Workspace } from "./state.js";
import { listen } from "./stream.js";
import { createThread } from "./thread.js";

const workspace = new Workspace();
const notices = createNotices();
const modal = createModalHost(workspace, notices);
let route = null;

const me = () => workspace.me.id;
const hereId = () => (route?.view === "channel" ? route.channel : null);
const isMember = (id) => Boolean(workspace.channel(id)?.members.includes(me()));
const go = (hash) => { location.hash = hash; };

/** What can be written where: the composers of channels and threads differ only in `threadOf`. */
function composerActions(channelOf, threadOf) {
  const succeed = async (work) => (await notices.attempt(async () => { await work(); return true; })) ?? false;
  return {
    send: (text) => succeed(() => api.message({ user: me(), channel: channelOf(), text, ...(threadOf ? { thread_ts: threadOf() } : {}) })),
    attach: (files, text) => succeed(async () => {
      const place = { channel: channelOf(), ...(threadOf ? { thread_ts: threadOf() } : {}) };
      for (const [at, file] of files.entries()) await workspace.upload(file, { ...place, ...(at === 0 && text ? { comment: text } : {}) });
    }),
    command: async (command, text) => {
      if (threadOf) return refuse("Slash commands do not work in threads. Type it in the channel instead.");
      return succeed(() => api.command({ user: me(), channel: channelOf(), command, text }));
    },
    shortcut: (one) => notices.attempt(() => api.shortcut({ user: me(), callback_id: one.callback_id })),
  };
}

function refuse(words) {
  notices.show(words, "error");
  return false;
}

function messageActions(channel) {
  return {
    channel,
    canReply: true,
    openThread: (ts) => go(hashOf(workspace, workspace.channel(channel), ts)),
    runShortcut: (one, message) => notices.attempt(() => api.shortcut({ user: me(), callback_id: one.callback_id, channel, ts: message.ts })),
    copyLink: async (message) => {
      const url = new URL(location.href);
      url.hash = hashOf(workspace, workspace.channel(channel), message.thread_ts ?? message.ts);
      await notices.attempt(() => navigator.clipboard.writeText(url.href));
      notices.show("Link copied.");
    },
    react: (message, name) => notices.attempt(() => api.react({ user: me(), channel, ts: message.ts, name })),
    act: (message, call) => notices.attempt(() => api.click({ user: me(), channel, ts: message.ts, ...call })),
  };
}

const actions = {
  composer: composerActions,
  messages: messageActions,
  closeThread: () => {
    go(hashOf(workspace, workspace.channel(route.channel)));
    conversation.composer.area.focus();
  },
  join: (channel) => notices.attempt(async () => {
    await api.join(me(), channel.id);
    await workspace.reload();
    await workspace.refresh(channel.id);
    go(hashOf(workspace, channel));
    drawPlace(true);
  }),
  leave: (channel) => notices.attempt(async () => {
    await api.leave(me(), channel.id);
    workspace.messages.delete(channel.id);
    await workspace.reload();
    const next = firstChannel(workspace);
    go(next ? hashOf(workspace, next) : HOME);
  }),
  become,
};

const conversation = createConversation(workspace, actions);
const thread = createThread(workspace, actions);
const home = createHome(workspace, notices);
const outside = createOutside(workspace, notices);
const sidebar = createSidebar(workspace, actions, outside);
const clock = createClock(workspace, notices);
const inspector = createInspector(workspace, notices);
const shell = createShell({ workspace, sidebar, clock, conversation, home, outside, thread, inspector });
const stream = listen(workspace, {
  onMessage: (channel) => notices.attempt(() => arrived(channel)),
  onView: () => notices.attempt(modal.sync),
  onHome: () => notices.attempt(() => route?.view === "home" && home.draw()),
  onPost: () => notices.attempt(posted),
  onNotice: (text) => notices.show(text, "error"),
  onReopen: () => notices.attempt(start),
  onLook: () => notices.attempt(() => route && look()),
});

const PLACES = { home: HOME, outside: OUTSIDE };
const drawSidebar = () => sidebar.draw(PLACES[route?.view] ?? hereId());

/** Something arrived for people outside, or they did something with it. */
async function posted() {
  const isHere = route?.view === "outside";
  await (isHere ? outside.draw() : outside.refresh());
  for (const words of outside.news()) if (isHere) notices.announce(words);
  drawSidebar();
}

/** Reading is having the channel open in a page that can be seen. */
function read() {
  if (hereId() && document.visibilityState === "visible") workspace.markRead(hereId());
}

async function arrived(channelId) {
  if (!isMember(channelId)) return;
  const known = new Set((workspace.messages.get(channelId) ?? []).map((message) => message.ts));
  await workspace.refresh(channelId);
  if (channelId !== hereId()) return;
  const fresh = workspace.messages.get(channelId).filter((message) => !known.has(message.ts) && message.user !== me());
  for (const message of fresh) {
    const about = h("p", null, mrkdwn(message.text ?? "", workspace.context())).textContent;
    notices.announce(`${authorOf(message, workspace).name}: ${about}`);
  }
}

/** A direct message channel exists only once someone has opened it. */
async function directChannel() {
  if (!workspace.directMessage) {
    await api.openDm(me());
    await workspace.load();
    workspace.me = workspace.users.get(me());
  }
  return workspace.directMessage;
}

async function follow() {
  const asked = readRoute(workspace) ?? { view: "channel", channel: firstChannel(workspace)?.id };
  const before = hereId();
  if (asked.direct) asked.channel = (await directChannel())?.id;
  route = asked;
  if (asked.view === "home") await home.open();
  else if (isMember(asked.channel) && !workspace.messages.has(asked.channel)) await workspace.refresh(asked.channel);
  await drawPlace(before !== asked.channel);
}

async function drawPlace(moved) {
  const channel = workspace.channel(hereId());
  shell.show(route.view, channel);
  if (route.view === "home") await home.draw();
  if (route.view === "outside") await outside.draw();
  if (channel && moved) conversation.open(channel);
  if (channel && route.thread) {
    const already = thread.isOpen();
    thread.open(channel, route.thread);
    if (!already) thread.composer.area.focus();
  } else thread.close();
  drawSidebar();
  read();
}

async function become(user) {
  rememberPerson(user.name);
  pinPerson(user.name);
  modal.leave();
  notices.forget();
  workspace.me = user;
  workspace.messages.clear();
  if (route?.view === "channel" && !isMember(hereId())) history.replaceState(null, "", route.direct ? "#@app" : "#");
  route = null;
  stream.connect();
  await notices.attempt(start);
}

async function start() {
  await workspace.load();
  await workspace.refreshUnread();
  await outside.refresh();
  outside.news();
  await follow();
  clock.draw();
  await modal.sync();
}

/** For a tab that hears of nothing, or of nothing yet, and has to look by itself. */
async function look() {
  await workspace.reload();
  await workspace.refreshUnread();
  if (isMember(hereId())) await workspace.refresh(hereId());
  if (route?.view === "home") await home.draw();
  await posted();
  await modal.sync();
}

workspace.onChange(({ what, channel }) => {
  if (!route) return;
  if (what === "connection") shell.connection(workspace.connected);
  if (what === "state") {
    clock.draw();
    inspector.draw();
    if (workspace.channel(hereId())) conversation.drawHeader();
  }
  if (what === "messages" && channel === hereId()) {
    conversation.draw();
    thread.draw();
    read();
  }
  drawSidebar();
});

async function open() {
  await workspace.load();
  workspace.me = workspace.person(pinnedPerson() ?? lastPerson()) ?? workspace.people[0];
  document.getElementById("app").replaceChildren(shell.node);
  stream.connect();
  await start();
}

addEventListener("hashchange", () => notices.attempt(follow));
document.addEventListener("visibilitychange", read);
open().catch((error) => {
  document.getElementById("app").replaceChildren(h("p", { class: "starting", role: "alert" }, `The workspace could not be opened. ${error.message}`));
});
