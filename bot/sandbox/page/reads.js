/** Remembers, in this browser, who was last at the keyboard and how far each person has read each channel. */

const KEY = "sandbox.reads";
const PERSON = "sandbox.person";

function load() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export const lastPerson = () => localStorage.getItem(PERSON);
export const rememberPerson = (name) => localStorage.setItem(PERSON, name);

export function lastRead(user, channel, now) {
  const mark = load()[`${user}/${channel}`] ?? "0";
  // A mark from the future belongs to an earlier workspace whose clock had been moved ahead.
  return Number(mark) * 1000 > now.getTime() + 60_000 ? "0" : mark;
}

export function markRead(user, channel, ts) {
  const marks = load();
  marks[`${user}/${channel}`] = ts;
  localStorage.setItem(KEY, JSON.stringify(marks));
}
