/** The side bar: who you are, the channels, the app's direct message and its home, with what is unread. */
import { city, timeOf } from "./dates.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";
import { openMenu } from "./menu.js";
import { avatar, face } from "./people.js";
import { HOME, OUTSIDE } from "./route.js";

function entry({ key, href, mark, label, unread, current, active }) {
  const name = unread ? `${label}, ${unread} unread` : label;
  return {
    key,
    signature: JSON.stringify([href, label, unread, current, active]),
    render: () => h("li", null, h("a", { href, class: `entry ${unread ? "unread" : ""}`, "aria-current": current ? "page" : null, "aria-label": name },
      mark(), h("span", { class: "entry-name" }, label), unread > 0 && h("span", { class: "count" }, String(unread)))),
  };
}

function group(title, list, extra) {
  return h("section", { class: "side-group" }, h("div", { class: "side-title" }, h("h2", null, title), extra), list);
}

export function createSidebar(workspace, actions, outside) {
  const channels = h("ul");
  const direct = h("ul");
  const app = h("ul");
  const beyond = h("ul");
  const browse = h("button", { type: "button", class: "icon-button", "aria-label": "Browse channels", "aria-haspopup": "menu", onclick: showOpen }, icon("plus"));
  const person = h("button", { type: "button", class: "person", "aria-haspopup": "menu", onclick: showPeople });
  const nav = h("nav", { "aria-label": "Channels and messages" },
    group("Channels", channels, browse), group("Direct messages", direct), group("App", app), group("Outside", beyond));
  const line = h("span");
  const foot = h("footer", { class: "side-foot" }, h("span", { class: "dot" }), line);
  const node = h("div", { class: "sidebar", id: "sidebar" }, person, nav, foot);

  function showPeople() {
    const items = workspace.people.map((user) => ({
      label: workspace.shownName(user),
      description: [user.title, `${timeOf(workspace.now(), user.tz || "UTC")} in ${city(user.tz || "UTC")}`].filter(Boolean).join(" · "),
      mark: face(workspace.shownName(user), false, workspace.isActive(user)), select: () => actions.become(user),
    }));
    openMenu(person, "Be someone else", [{ heading: "See the workspace as" }, ...items]);
  }

  function showOpen() {
    const items = workspace.open.map((channel) => ({ label: `#${channel.name}`, description: channel.topic, mark: icon("hash"), select: () => actions.join(channel) }));
    openMenu(browse, "Channels to join", items.length ? [{ heading: "Join a channel" }, ...items] : [{ label: "You are in every open channel", select: () => {} }]);
  }

  function drawPerson() {
    const name = workspace.shownName(workspace.me);
    if (person.signature === workspace.me.id) return;
    person.signature = workspace.me.id;
    person.replaceChildren(avatar(name, false), h("span", { class: "person-words" }, h("span", { class: "person-you" }, `You are ${name.split(" ")[0]}`),
      h("span", { class: "person-where" }, [workspace.me.title, city(workspace.zone)].filter(Boolean).join(" · "))), icon("swap"));
  }

  /** Says honestly what this is, and whether the app is there to answer. */
  function drawFoot() {
    const there = workspace.app.connected || workspace.app.request_url;
    foot.classList.toggle("app-away", !there);
    line.textContent = `${workspace.app.name} is ${there ? "running" : "not running"}. This local workspace lives on your computer and is not connected to Slack.`;
  }

  function draw(current) {
    drawPerson();
    drawFoot();
    reconcile(channels, workspace.joined.map((channel) => entry({
      key: channel.id, href: `#${channel.name}`, label: channel.name, mark: () => icon(channel.is_private ? "lock" : "hash"),
      unread: channel.id === current ? 0 : workspace.unread(channel.id), current: channel.id === current,
    })));
    const name = workspace.app.name;
    const dm = workspace.directMessage;
    reconcile(direct, [entry({ key: "app", href: "#@app", label: name, active: workspace.isActive({ id: workspace.app.user_id }), mark: () => face(name, true, workspace.isActive({ id: workspace.app.user_id })),
      unread: dm && dm.id !== current ? workspace.unread(dm.id) : 0, current: Boolean(dm) && dm.id === current })]);
    reconcile(app, [entry({ key: HOME, href: `#${HOME}`, label: "App Home", mark: () => icon("home"), unread: 0, current: current === HOME })]);
    reconcile(beyond, [entry({ key: OUTSIDE, href: `#${OUTSIDE}`, label: "Leads' side", mark: () => icon("mail"), unread: current === OUTSIDE ? 0 : outside.unread(), current: current === OUTSIDE })]);
  }

  return { node, draw };
}
