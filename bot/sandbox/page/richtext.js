/** rich_text blocks as DOM nodes: sections, lists, quotes, code, and the elements inside them. */
import { h } from "./dom.js";
import { emojiNode } from "./emoji.js";
import { channelMention, dateNode, link, ping, userMention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", underline: "u", code: "code" };

function styled(node, style) {
  return Object.entries(STYLES).reduce((inner, [name, tag]) => (style?.[name] ? h(tag, null, inner) : inner), node);
}

const ELEMENTS = {
  text: (e) => e.text,
  link: (e) => link(e.url, e.text || e.url),
  user: (e, ctx) => userMention(e.user_id, ctx),
  usergroup: (e) => h("span", { class: "mention mention-all" }, `@${e.usergroup_id}`),
  channel: (e, ctx) => channelMention(e.channel_id, ctx),
  broadcast: (e) => ping(e.range),
  emoji: (e) => emojiNode(e.name, e.unicode) ?? `:${e.name}:`,
  date: (e, ctx) => dateNode(e.timestamp, e.format ?? "{date_short_pretty}", e.fallback ?? "", e.url, ctx),
  color: (e) => h("code", null, e.value),
};

function inline(elements, ctx) {
  return (elements ?? []).map((element) => {
    const make = Object.hasOwn(ELEMENTS, element.type) ? ELEMENTS[element.type] : () => "";
    return styled(make(element, ctx), element.style);
  });
}

function list(element, ctx) {
  const tag = element.style === "ordered" ? "ol" : "ul";
  const items = element.elements.map((item) => h("li", null, inline(item.elements, ctx)));
  const start = tag === "ol" && element.offset ? element.offset + 1 : null;
  return h(tag, { class: `indent-${Math.min(element.indent ?? 0, 8)}`, start }, items);
}

const PARTS = {
  rich_text_section: (part, ctx) => h("div", { class: "lines" }, inline(part.elements, ctx)),
  rich_text_list: list,
  rich_text_quote: (part, ctx) => h("blockquote", null, inline(part.elements, ctx)),
  rich_text_preformatted: (part, ctx) => h("pre", null, inline(part.elements, ctx)),
};

export function richText(block, ctx) {
  const parts = block.elements.map((part) => (Object.hasOwn(PARTS, part.type) ? PARTS[part.type](part, ctx) : ""));
  return h("div", { class: "rich-text" }, parts);
}

const wordsOf = (part) => (part.elements ?? []).map((one) => (one.elements ? wordsOf(one) : one.text ?? one.url ?? (one.name ? `:${one.name}:` : ""))).join(part.type === "rich_text_list" ? "\n" : "");

/** Between rich text and the plain words that are typed here. */
export const plainOf = (value) => (value?.elements ?? []).map(wordsOf).join("\n");
export const richOf = (text) => (text ? { type: "rich_text", elements: [{ type: "rich_text_section", elements: [{ type: "text", text }] }] } : null);
