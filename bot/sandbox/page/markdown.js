/** The markdown block: a small, safe part of Markdown; every link shows the host it leads to. */
import { h, safeHref } from "./dom.js";
import { withEmoji } from "./emoji.js";

const INLINE = /`([^`\n]+)`|!?\[([^\]\n]*)\]\(([^()\s]+)\)|\*\*([^*\n]+)\*\*|__([^_\n]+)__|(?<![\p{L}\p{N}*])[*]([^*\n]+)[*]|(?<![\p{L}\p{N}_])_([^_\n]+)_(?![\p{L}\p{N}])|~~([^~\n]+)~~/gu;

function link(label, url) {
  const href = safeHref(url);
  if (!href) return `${label} (${url})`;
  const { host, protocol } = new URL(href);
  const shown = host || protocol.slice(0, -1);
  const words = label || href;
  return h("span", null, h("a", { href, target: "_blank", rel: "noopener noreferrer", title: href }, words), words.includes(shown) ? null : h("span", { class: "link-host" }, ` (${shown})`));
}

function styled([, code, label, url, bold, bold2, slanted, slanted2, gone]) {
  if (code !== undefined) return h("code", null, code);
  if (url !== undefined) return link(label, url);
  if (bold ?? bold2) return h("strong", null, inline(bold ?? bold2));
  if (slanted ?? slanted2) return h("em", null, inline(slanted ?? slanted2));
  return h("s", null, inline(gone));
}

function inline(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(withEmoji(text.slice(from, match.index)), styled(match));
    from = match.index + match[0].length;
  }
  return [...nodes, withEmoji(text.slice(from))];
}

const KINDS = [
  ["heading", /^#{1,6}\s+(.*?)\s*#*$/], ["rule", /^\s*([-*_])(\s*\1){2,}\s*$/], ["bullet", /^\s*[-*+]\s+(.*)$/],
  ["number", /^\s*\d{1,4}[.)]\s+(.*)$/], ["quote", /^\s*>\s?(.*)$/], ["nothing", /^\s*$/],
];

function read(line) {
  for (const [kind, form] of KINDS) {
    const found = form.exec(line);
    if (found) return { kind, words: found[1] ?? "" };
  }
  return { kind: "text", words: line };
}

const items = (lines) => lines.map((line) => h("li", null, inline(line)));
const PARTS = {
  heading: (lines) => lines.map((line) => h("h4", null, inline(line))),
  rule: () => h("hr"),
  bullet: (lines) => h("ul", null, items(lines)),
  number: (lines) => h("ol", null, items(lines)),
  quote: (lines) => h("blockquote", null, inline(lines.join("\n"))),
  text: (lines) => h("p", { class: "lines" }, inline(lines.join("\n"))),
  nothing: () => [],
};

function prose(text) {
  const runs = [];
  for (const { kind, words } of text.split("\n").map(read)) {
    if (runs.at(-1)?.kind === kind) runs.at(-1).lines.push(words);
    else runs.push({ kind, lines: [words] });
  }
  return runs.map(({ kind, lines }) => PARTS[kind](lines));
}

export function markdown(block) {
  const parts = block.text.split(/^```.*\n([\s\S]*?)^```\s*$/m);
  return h("div", { class: "markdown" }, parts.map((part, at) => (at % 2 ? h("pre", null, part.replace(/\n$/, "")) : prose(part))));
}
