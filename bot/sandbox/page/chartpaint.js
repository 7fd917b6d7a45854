/** How the series of a chart are told apart: by colour, pattern, dash and marker at once, so that none is needed alone. */
import { h, svg, uniqueId } from "./dom.js";

const HATCHES = [null, "M-2 2l4-4M0 8l8-8M6 10l4-4", "M2 2h.01M6 6h.01", "M0 2h8M0 6h8", "M0 0l8 8M8 0 0 8", "M2 0v8M6 0v8"];
const DASHES = ["none", "8 4", "2 4", "10 4 2 4", "5 3", "14 4"];
const MARKERS = [
  "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-3.7-3.7h7.4v7.4h-7.4z", "M0-5 5 4H-5z", "M0-5.4 5.4 0 0 5.4-5.4 0z", "M0 5-5-4H5z",
  "M-5-1.7h3.3V-5h3.4v3.3H5v3.4H1.7V5h-3.4V1.7H-5z",
];

export const colourClass = (at) => `paint-${at % 12}`;
const pick = (list, at) => list[at % list.length];

function pattern(id, at) {
  const hatch = pick(HATCHES, at);
  const parts = [svg("rect", { width: 8, height: 8, class: `paint-fill ${colourClass(at)}` })];
  if (hatch) parts.push(svg("path", { d: hatch, class: `hatch ${at % HATCHES.length === 2 ? "hatch-dots" : ""}` }));
  return svg("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, ...parts);
}

/** Paints for one drawing; its patterns need ids that no other drawing has. */
export function createPaint(count) {
  const prefix = uniqueId("paint");
  const id = (at) => `${prefix}-${at}`;
  return {
    defs: svg("defs", {}, ...Array.from({ length: count }, (_, at) => pattern(id(at), at))),
    fill: (at) => ({ fill: `url(#${id(at)})`, class: `paint-edge ${colourClass(at)}` }),
    line: (at) => ({ class: `paint-line ${colourClass(at)}`, "stroke-dasharray": pick(DASHES, at) }),
    marker: (x, y, at) => svg("path", { d: pick(MARKERS, at), transform: `translate(${x} ${y})`, class: `paint-mark ${colourClass(at)}` }),
  };
}

function swatch(at, kind) {
  const paint = createPaint(kind === "line" ? 0 : at + 1);
  const inside = kind === "line"
    ? [svg("path", { d: "M0 7h26", ...paint.line(at) }), paint.marker(13, 7, at)]
    : [paint.defs, svg("rect", { x: 5, y: 0.5, width: 16, height: 13, rx: 3, ...paint.fill(at) })];
  return svg("svg", { class: "swatch", width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true" }, ...inside);
}

/** entries: {name, note?}; the table beside every chart says the same to a screen reader. */
export function legend(entries, kind) {
  return h("ul", { class: "legend", "aria-hidden": "true" }, entries.map(({ name, note }, at) => h("li", null, swatch(at, kind),
    h("span", null, name), note && h("span", { class: "legend-note" }, note))));
}

const pen = document.createElement("canvas").getContext("2d");

/** How wide a label will be in the chart's own type. */
export function textWidth(text) {
  pen.font = "12px sans-serif";
  return Math.ceil(pen.measureText(text).width * 1.04);
}

export const label = (x, y, words, attributes = {}) => svg("text", { x, y, class: "chart-label", ...attributes }, words);

/** Pushes heights apart until none is nearer than `gap` to the next, within the bounds. */
export function spread(heights, gap, top, bottom) {
  const order = heights.map((y, at) => ({ y, at })).sort((a, b) => a.y - b.y);
  order.forEach((one, at) => { one.y = Math.max(one.y, at ? order[at - 1].y + gap : top); });
  order.toReversed().forEach((one, at, all) => { one.y = Math.min(one.y, at ? all[at - 1].y - gap : bottom); });
  return order.sort((a, b) => a.at - b.at).map((one) => one.y);
}
