/** Prints moments in a person's zone and turns wall-clock times of a zone into moments. */

const DAY_MS = 86_400_000;
const formatters = new Map();

function formatter(zone, options) {
  const key = zone + JSON.stringify(options);
  if (!formatters.has(key)) formatters.set(key, new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options }));
  return formatters.get(key);
}

const print = (date, zone, options) => formatter(zone, options).format(date);

export const fromTs = (ts) => new Date(Number(ts) * 1000);
export const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");
export const timeOf = (date, zone) => print(date, zone, { hour: "2-digit", minute: "2-digit" });
export const exactTime = (date, zone) => print(date, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3 });
export const dayKey = (date, zone) => print(date, zone, { year: "numeric", month: "2-digit", day: "2-digit" });
export const shortDay = (date, zone) => print(date, zone, { weekday: "short", day: "numeric", month: "short" });
const longDay = (date, zone) => print(date, zone, { weekday: "long", day: "numeric", month: "long" });

export function fullStamp(date, zone) {
  return `${longDay(date, zone)} ${print(date, zone, { year: "numeric" })}, ${timeOf(date, zone)} (${city(zone)})`;
}

function relativeDay(date, zone, now) {
  const key = dayKey(date, zone);
  if (key === dayKey(now, zone)) return "Today";
  if (key === dayKey(new Date(now.getTime() - DAY_MS), zone)) return "Yesterday";
  if (key === dayKey(new Date(now.getTime() + DAY_MS), zone)) return "Tomorrow";
  return null;
}

export function dayLabel(date, zone, now) {
  const relative = relativeDay(date, zone, now);
  return relative ? `${relative}, ${print(date, zone, { day: "numeric", month: "long" })}` : longDay(date, zone);
}

/** The wall clock of `zone` at `date`, read as if it were UTC; the basis of all zone arithmetic. */
function wallMs(date, zone) {
  const names = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  const parts = Object.fromEntries(formatter(zone, names).formatToParts(date).map((p) => [p.type, Number(p.value)]));
  return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second);
}

/** "2026-11-24T09:00" on a wall in `zone` → the moment; asked twice because the offset may change in between. */
export function fromWall(text, zone) {
  const wanted = Date.parse(`${text}:00Z`);
  let moment = wanted;
  for (let round = 0; round < 2; round += 1) moment = wanted - (wallMs(new Date(moment), zone) - Math.floor(moment / 1000) * 1000);
  return new Date(moment);
}

export const toWall = (date, zone) => new Date(wallMs(date, zone)).toISOString().slice(0, 16);

/** The next time a wall clock in `zone` shows `hour`:00, never the present minute. */
export function nextHour(hour, zone, now) {
  const clock = `T${String(hour).padStart(2, "0")}:00`;
  const day = (shift) => new Date(wallMs(now, zone) + shift * DAY_MS).toISOString().slice(0, 10);
  const today = fromWall(day(0) + clock, zone);
  return today > now ? today : fromWall(day(1) + clock, zone);
}

function ago(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  for (const [unit, size] of [["day", 86_400], ["hour", 3_600], ["minute", 60]]) {
    if (Math.abs(seconds) >= size) return words.format(Math.trunc(seconds / size), unit);
  }
  return words.format(seconds, "second");
}

const TOKENS = {
  date_num: (d, z) => print(d, z, { year: "numeric", month: "2-digit", day: "2-digit" }).split("/").reverse().join("-"),
  date_slash: (d, z) => print(d, z, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (d, z) => print(d, z, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (d, z) => print(d, z, { day: "numeric", month: "short", year: "numeric" }),
  date_long: (d, z) => print(d, z, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  date_long_full: (d, z) => print(d, z, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
  time: (d, z) => timeOf(d, z),
  time_secs: (d, z) => print(d, z, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  ago: (d, _z, now) => ago(d, now),
};
TOKENS.day_divider_pretty = TOKENS.date_long;

function token(name, date, zone, now) {
  if (TOKENS[name]) return TOKENS[name](date, zone, now);
  const plain = TOKENS[name.replace(/_pretty$/, "")];
  if (!plain) return null;
  return relativeDay(date, zone, now) ?? plain(date, zone, now);
}

/** A date pattern such as "{date_short_pretty} at {time}", in the reader's zone. */
export function formatDate(pattern, unix, zone, now) {
  const date = new Date(Number(unix) * 1000);
  const text = pattern.replace(/\{(\w+)\}/g, (whole, name) => token(name, date, zone, now) ?? whole);
  return text.replace(/(\S\s+)(Today|Yesterday|Tomorrow)\b/g, (_, before, word) => before + word.toLowerCase());
}
