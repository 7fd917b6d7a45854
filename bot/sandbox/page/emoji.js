/** The :shortcodes: this workspace knows; unknown ones stay as they were typed. */
import { h } from "./dom.js";

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

export function emojiNode(name, unicode) {
  const glyph = Object.hasOwn(GLYPHS, name) ? GLYPHS[name] : glyphFrom(unicode);
  return glyph && h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, glyph);
}

/** Text → nodes, with the known shortcodes drawn. */
export function withEmoji(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).map((part) => {
    const name = /^:([a-z0-9_+-]+):$/.exec(part)?.[1];
    return (name && emojiNode(name)) || part;
  });
}
