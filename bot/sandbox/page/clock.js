/** The workspace's own clock in the top bar: shows it in the viewer's zone and moves it ahead. */
import { api } from "./api.js";
import { city, fullStamp, nextHour, shortDay, timeOf } from "./dates.js";
import { h, whileBusy } from "./dom.js";
import { icon } from "./icons.js";

const TICK_MS = 1000;
const HOUR = 3600;

function ahead(milliseconds) {
  const minutes = Math.round(milliseconds / 60_000);
  if (Math.abs(minutes) < 2) return "";
  const parts = [[Math.floor(Math.abs(minutes) / 1440), "d"], [Math.floor((Math.abs(minutes) % 1440) / 60), "h"], [Math.abs(minutes) % 60, "min"]];
  const words = parts.filter(([count]) => count).slice(0, 2).map(([count, unit]) => `${count} ${unit}`).join(" ");
  return `${words} ${minutes > 0 ? "ahead of" : "behind"} real time`;
}

export function createClock(workspace, notices) {
  const time = h("time", { class: "clock-time" });
  const day = h("span", { class: "clock-day" });
  const drift = h("span", { class: "clock-drift" });
  const steps = [
    ["+1 h", "Move the workspace's clock one hour ahead", () => ({ advance: HOUR })],
    ["+1 day", "Move the workspace's clock one day ahead", () => ({ advance: 24 * HOUR })],
    ["to 9:00", "Move the workspace's clock to the next 9:00 in your zone", () => ({ set: nextHour(9, workspace.zone, workspace.now()).toISOString() })],
  ];
  const button = ([label, title, change]) => {
    const node = h("button", { type: "button", class: "button small", title, onclick: () => whileBusy(node, () => notices.attempt(async () => {
      await api.clock(change());
      await workspace.reload();
    })) }, label);
    return node;
  };
  const controls = h("div", { class: "clock-controls", id: "clock-controls", role: "group", "aria-label": "Move the workspace clock" },
    h("p", { class: "clock-note" }, "This is the workspace's clock. Moving it ahead makes reminders come due."), steps.map(button));
  const face = h("button", { type: "button", class: "clock-face", "aria-controls": "clock-controls", "aria-expanded": "false",
    title: "The workspace's clock. It can be moved ahead, which makes reminders come due." }, icon("clock"), h("span", { class: "clock-words" }, time, day));
  const node = h("div", { class: "clock", role: "group", "aria-label": "Workspace clock" }, face, drift, controls);
  face.addEventListener("click", () => {
    face.setAttribute("aria-expanded", String(node.classList.toggle("open")));
  });

  function draw() {
    const now = workspace.now();
    const words = [timeOf(now, workspace.zone), `${shortDay(now, workspace.zone)} · ${city(workspace.zone)}`, ahead(workspace.offset)];
    [time, day, drift].forEach((part, at) => { if (part.textContent !== words[at]) part.textContent = words[at]; });
    time.dateTime = now.toISOString();
    face.setAttribute("aria-label", `Workspace clock: ${fullStamp(now, workspace.zone)}`);
  }
  setInterval(draw, TICK_MS);
  return { node, draw };
}
