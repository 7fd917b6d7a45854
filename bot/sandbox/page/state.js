/** What the page knows of the workspace, as one person sees it; tells its listeners which part has changed. */
import { api } from "./api.js";
import { createMemory, given } from "./choices.js";
import { city } from "./dates.js";
import { MOST_BYTES } from "./filefield.js";
import { lastRead, markRead } from "./reads.js";

const SLACKBOT = { id: "USLACKBOT", name: "slackbot", real_name: "Slackbot", tz: "UTC", is_bot: true };

const asMoment = (now) => (typeof now === "number" ? now * 1000 : Date.parse(now));
export const isReply = (message) => Boolean(message.thread_ts) && message.thread_ts !== message.ts;

export class Workspace extends EventTarget {
  constructor() {
    super();
    this.messages = new Map();
    this.connected = true;
    this.chosenIn = createMemory();
    this.keepFile = (file) => this.upload(file);
  }

  tell(what, channel) {
    this.dispatchEvent(new CustomEvent("change", { detail: { what, channel } }));
  }

  onChange(listener) {
    this.addEventListener("change", (event) => listener(event.detail));
  }

  async load() {
    const state = await api.state();
    this.offset = asMoment(state.now) - Date.now();
    // What was whispered before this page was opened is gone, as in Slack; a clock set back must hide nothing new.
    this.since = Math.min(this.since ?? Infinity, asMoment(state.now) / 1000);
    this.app = state.app;
    this.name = state.team?.name ?? `${state.app.name} sandbox`;
    this.users = new Map(state.users.map((user) => [user.id, user]));
    if (!this.users.has(SLACKBOT.id)) this.users.set(SLACKBOT.id, SLACKBOT);
    this.channels = state.channels;
    this.commands = state.commands;
    this.shortcuts = state.shortcuts;
  }

  async reload() {
    await this.load();
    this.me = this.users.get(this.me.id);
    this.tell("state");
  }

  now() {
    return new Date(Date.now() + this.offset);
  }

  get zone() {
    return this.me.tz || "UTC";
  }

  get people() {
    return [...this.users.values()].filter((user) => !user.is_bot && !user.deleted);
  }

  person(nameOrId) {
    return this.people.find((user) => user.name === nameOrId || user.id === nameOrId);
  }

  shownName(user) {
    return user.real_name || user.name;
  }

  /** The workspace says who is there; the app is, as long as something answers for it. */
  isActive(user) {
    if (user.id === this.app.user_id) return Boolean(this.app.connected || this.app.request_url);
    return user.is_bot || user.id === this.me.id || user.presence === "active";
  }

  get joined() {
    return this.channels.filter((channel) => !channel.is_im && channel.members.includes(this.me.id));
  }

  get open() {
    return this.channels.filter((channel) => !channel.is_im && !channel.is_private && !channel.members.includes(this.me.id));
  }

  get directMessage() {
    return this.channels.find((channel) => channel.is_im && channel.members.includes(this.me.id)
      && channel.members.includes(this.app.user_id));
  }

  channel(id) {
    return this.channels.find((channel) => channel.id === id);
  }

  channelNamed(name) {
    return this.channels.find((channel) => !channel.is_im && channel.name === name);
  }

  title(channel) {
    return channel.is_im ? this.app.name : channel.name;
  }

  async refresh(channelId) {
    const person = this.me.id;
    const { messages } = await api.messages(channelId, person, this.since);
    // The person may have been switched while the answer was on its way.
    if (person !== this.me.id) return;
    this.messages.set(channelId, messages);
    this.tell("messages", channelId);
  }

  /** Fetches what has unread messages, so the side bar can count them. */
  async refreshUnread() {
    const mine = [...this.joined, this.directMessage].filter((channel) => channel?.latest);
    await Promise.all(mine.map((channel) => this.refresh(channel.id)));
  }

  lastRead(channelId) {
    return lastRead(this.me.id, channelId, this.now());
  }

  markRead(channelId) {
    const newest = this.messages.get(channelId)?.at(-1)?.ts;
    if (!newest || Number(newest) <= Number(this.lastRead(channelId))) return;
    markRead(this.me.id, channelId, newest);
    this.tell("reads", channelId);
  }

  unread(channelId) {
    const mark = Number(this.lastRead(channelId));
    const isNew = (message) => Number(message.ts) > mark && message.user !== this.me.id && !isReply(message);
    return (this.messages.get(channelId) ?? []).filter(isNew).length;
  }

  /** Asks the app for the options of an external select; `place` says where that select is. */
  optionsFor(place) {
    return async (block, element, words) => {
      const answer = await api.options({ user: this.me.id, ...place, block_id: block.block_id, action_id: element.action_id, value: words });
      if (answer.problem || answer.acked === false) throw new Error(answer.problem ?? "The app did not answer in time.");
      return given(answer);
    };
  }

  /** Hands a file over; with a channel it is shared there, without one only kept for a form. */
  async upload(file, place = {}) {
    if (file.size > MOST_BYTES && !place.channel) throw new Error(`${file.name} is larger than 10 MB.`);
    const { file: kept } = await api.upload({ user: this.me.id, name: file.name, mimetype: file.type || undefined, ...place }, file);
    return kept;
  }

  /** What the pure renderers need to know of the world. */
  context(extra = {}) {
    const name = (id) => this.users.get(id);
    return {
      me: this.me.id,
      zone: this.zone,
      now: () => this.now(),
      userName: (id) => name(id) && this.shownName(name(id)),
      channelName: (id) => this.channel(id)?.name || undefined,
      channelId: (wanted) => this.channelNamed(wanted)?.id,
      people: () => this.people.map((user) => ({ id: user.id, label: `${this.shownName(user)} (${city(user.tz || "UTC")})` })),
      places: () => this.joined,
      ...extra,
    };
  }
}
