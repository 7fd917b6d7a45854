/** Slack's mrkdwn as DOM nodes: a small reader that can only ever produce text and known elements. */
import { formatDate, fullStamp } from "./dates.js";
import { h, safeHref } from "./dom.js";
import { withEmoji } from "./emoji.js";

const edge = (mark) => {
  const word = `\\p{L}\\p{N}${mark}`;
  return `(?<![${word}])[${mark}](?=[^\\s${mark}])([^\\n]*?[^\\s${mark}])[${mark}](?![${word}])`;
};
const INLINE = new RegExp("`([^`\\n]+)`|<([^<>\\n]+)>|" + ["*", "_", "~"].map(edge).join("|"), "gu");
const BARE_LINK = /\bhttps?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}*_~]/g;
const BARE_NAME = /(?<![\p{L}\p{N}])([@#])([\p{L}\p{N}._-]*[\p{L}\p{N}])/gu;
const ENTITIES = { amp: "&", lt: "<", gt: ">" };

export const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ENTITIES[name]);

export function link(url, label) {
  const href = safeHref(url);
  if (!href) return h("span", null, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, label);
}

export function userMention(id, ctx, label) {
  return h("span", { class: id === ctx.me ? "mention mention-me" : "mention" }, `@${ctx.userName(id) ?? label ?? id}`);
}

export function channelMention(id, ctx, label) {
  const name = ctx.channelName(id) ?? label;
  return name ? h("a", { class: "mention", href: `#${name}` }, `#${name}`) : h("span", { class: "mention" }, `#${id}`);
}

export function ping(range) {
  return h("span", { class: "mention mention-all" }, `@${range}`);
}

export function dateNode(unix, pattern, fallback, url, ctx) {
  const text = Number.isFinite(Number(unix)) ? formatDate(pattern, unix, ctx.zone, ctx.now()) : fallback;
  const node = h("time", { class: "date-token" }, text);
  if (Number.isFinite(Number(unix))) node.title = fullStamp(new Date(Number(unix) * 1000), ctx.zone);
  return url ? link(url, node) : node;
}

function special(body, label, ctx) {
  if (body.startsWith("date^")) {
    const [, unix, pattern, url] = body.split("^");
    return dateNode(unix, unescape(pattern ?? ""), unescape(label ?? ""), url, ctx);
  }
  const [kind, id] = body.split("^");
  if (["here", "channel", "everyone"].includes(kind)) return ping(kind);
  if (kind === "subteam") return h("span", { class: "mention mention-all" }, unescape(label ?? `@${id}`));
  return unescape(label ?? `<!${body}>`);
}

function angle(inside, ctx) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? undefined : inside.slice(bar + 1);
  if (/^@[UW][A-Z0-9]+$/.test(target)) return userMention(target.slice(1), ctx, label);
  if (/^#[CGD][A-Z0-9]+$/.test(target)) return channelMention(target.slice(1), ctx, label);
  if (target.startsWith("!")) return special(target.slice(1), label, ctx);
  if (!safeHref(unescape(target))) return unescape(`<${inside}>`);
  return link(unescape(target), label ? inline(label, { ...ctx, verbatim: true }) : unescape(target).replace(/^mailto:|^tel:/, ""));
}

function bareName(sign, name, ctx) {
  if (sign === "@") return ["here", "channel", "everyone"].includes(name) ? ping(name) : null;
  const id = ctx.channelId(name);
  return id ? channelMention(id, ctx) : null;
}

function eachMatch(text, pattern, between, matched) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    nodes.push(between(text.slice(from, match.index)), matched(match));
    from = match.index + match[0].length;
  }
  return [...nodes, between(text.slice(from))];
}

/** Plain words between marks; without `verbatim`, bare addresses and names come alive as they do in Slack. */
function words(text, ctx) {
  const plain = unescape(text);
  if (ctx.verbatim) return withEmoji(plain);
  const named = (part) => eachMatch(part, BARE_NAME, withEmoji, (m) => bareName(m[1], m[2], ctx) ?? m[0]);
  return eachMatch(plain, BARE_LINK, named, (m) => link(m[0], m[0]));
}

function styled([, code, target, bold, italic, strike], ctx) {
  if (code !== undefined) return h("code", null, unescape(code));
  if (target !== undefined) return angle(target, ctx);
  if (bold !== undefined) return h("strong", null, inline(bold, ctx));
  if (italic !== undefined) return h("em", null, inline(italic, ctx));
  return h("s", null, inline(strike, ctx));
}

function inline(text, ctx) {
  return eachMatch(text, INLINE, (part) => words(part, ctx), (match) => styled(match, ctx));
}

const kindOf = (line) => (/^(&gt;|>)/.test(line) ? "quote" : /^\s*[•◦▪]\s/.test(line) ? "bullet" : "text");

function runs(lines) {
  const groups = [];
  for (const line of lines) {
    const kind = kindOf(line);
    if (groups.at(-1)?.kind === kind) groups.at(-1).lines.push(line);
    else groups.push({ kind, lines: [line] });
  }
  return groups;
}

function paragraph({ kind, lines }, ctx) {
  if (kind === "quote") {
    return h("blockquote", null, inline(lines.map((line) => line.replace(/^(&gt;|>)\s?/, "")).join("\n"), ctx));
  }
  if (kind === "bullet") {
    return h("ul", { class: "bullets" }, lines.map((line) => h("li", null, inline(line.replace(/^\s*[•◦▪]\s+/, ""), ctx))));
  }
  return h("span", { class: "lines" }, inline(lines.join("\n"), ctx));
}

/** `text` → nodes. ctx: me, zone, now(), userName(id), channelName(id), channelId(name); verbatim turns linking off. */
export function mrkdwn(text, ctx, { verbatim = false } = {}) {
  const inner = { ...ctx, verbatim };
  return text.split(/```([\s\S]*?)```/).flatMap((part, index) => {
    if (index % 2) return h("pre", null, unescape(part.replace(/^\n|\n$/g, "")));
    const trimmed = part.replace(index ? /^\n/ : /^$/, "").replace(/\n$/, "");
    return trimmed === "" ? [] : runs(trimmed.split("\n")).map((run) => paragraph(run, inner));
  });
}

/** A Block Kit text object → nodes. */
export function textObject(object, ctx) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text, ctx, object);
  return [h("span", { class: "lines" }, object.emoji === false ? object.text : withEmoji(object.text))];
}

export const plain = (object) => (typeof object === "string" ? object : object?.text ?? "");
