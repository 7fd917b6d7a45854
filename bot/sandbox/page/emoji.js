/** The :shortcodes: this workspace knows; unknown ones stay as they were typed. */
import { h, svg } from "./dom.js";

const GLYPHS = {
  fire: "🔥", wave: "👋", white_check_mark: "✅", heavy_check_mark: "✔️", alarm_clock: "⏰", tada: "🎉",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", warning: "⚠️", x: "❌", no_entry: "⛔", no_entry_sign: "🚫",
  rocket: "🚀", eyes: "👀", star: "⭐", sparkles: "✨", trophy: "🏆", moneybag: "💰", dart: "🎯", bell: "🔔",
  no_bell: "🔕", calendar: "📅", date: "📅", spiral_calendar_pad: "🗓️", memo: "📝", pencil: "📝", pencil2: "✏️",
  telephone_receiver: "📞", phone: "☎️", email: "📧", envelope: "✉️", incoming_envelope: "📨", link: "🔗",
  bar_chart: "📊", chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", clipboard: "📋",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", office: "🏢", globe_with_meridians: "🌐", pushpin: "📌",
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", clap: "👏", raised_hands: "🙌", muscle: "💪",
  handshake: "🤝", raised_hand: "✋", point_right: "👉", pray: "🙏", smile: "😄", slightly_smiling_face: "🙂",
  heart: "❤️", zzz: "💤", palm_tree: "🌴", seedling: "🌱", snowflake: "❄️", sunny: "☀️", coffee: "☕",
  bulb: "💡", lock: "🔒", key: "🔑", mag: "🔍", gear: "⚙️", inbox_tray: "📥", outbox_tray: "📤", robot_face: "🤖",
  package: "📦", label: "🏷️", repeat: "🔁", arrows_counterclockwise: "🔄", twisted_rightwards_arrows: "🔀",
  arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️", question: "❓", exclamation: "❗", information_source: "ℹ️",
  red_circle: "🔴", large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", white_circle: "⚪",
  black_circle: "⚫", zap: "⚡", crown: "👑", gem: "💎", 100: "💯", speech_balloon: "💬", stopwatch: "⏱️", balance_scale: "⚖️",
};

function glyphFrom(unicode) {
  if (!/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(unicode ?? "")) return null;
  const points = unicode.split("-").map((hex) => parseInt(hex, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : null;
}

/** Those drawn in emoji.svg: not every machine has a font with pictures in it. */
const DRAWN = `
  fire white_check_mark heavy_check_mark x warning no_entry no_entry_sign alarm_clock stopwatch
  hourglass_flowing_sand hourglass tada +1 -1 raised_hand wave raised_hands eyes rocket star sparkles trophy
  moneybag dart bell no_bell calendar memo pencil2 telephone_receiver envelope email incoming_envelope
  bar_chart chart_with_upwards_trend chart_with_downwards_trend clipboard bust_in_silhouette
  busts_in_silhouette office globe_with_meridians pushpin link zzz zap bulb lock key mag speech_balloon
  inbox_tray outbox_tray repeat arrows_counterclockwise twisted_rightwards_arrows red_circle
  large_yellow_circle large_green_circle large_blue_circle black_circle white_circle crown heart
  information_source slightly_smiling_face smile seedling handshake
`.trim().split(/\s+/);
const bare = (glyph) => glyph.replace("\ufe0f", "");
const SYMBOLS = new Map(DRAWN.map((name) => [bare(GLYPHS[name]), name]));
const DRAWN_GLYPH = new RegExp(`((?:${[...SYMBOLS.keys()].join("|")})\\ufe0f?)`, "u");

function picture(glyph, name) {
  const symbol = SYMBOLS.get(bare(glyph));
  if (!symbol) return h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, glyph);
  const drawing = svg("svg", { "aria-hidden": "true" }, svg("use", { href: `/page/emoji.svg#${symbol}` }));
  // The character stays in the text, so that what is copied reads as it was written.
  return h("span", { class: "emoji", role: "img", "aria-label": name, title: `:${name}:` }, drawing, h("span", { class: "unseen" }, glyph));
}

export function emojiNode(name, unicode) {
  const glyph = Object.hasOwn(GLYPHS, name) ? GLYPHS[name] : glyphFrom(unicode);
  return glyph && picture(glyph, name);
}

const drawGlyphs = (text) => text.split(DRAWN_GLYPH).map((part, at) => (at % 2 ? picture(part, SYMBOLS.get(bare(part))) : part));

/** Text → nodes, with the known shortcodes and pictures drawn. */
export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).flatMap((part) => {
    const name = /^:([a-z0-9_+-]+):$/.exec(part)?.[1];
    return (name && emojiNode(name)) || drawGlyphs(part);
  });
}
