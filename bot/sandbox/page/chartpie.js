/** Pie charts: slices in the order given, each named where it lies as long as there is room. */
import { exact } from "./chartaxes.js";
import { createPaint, label, legend, spread } from "./chartpaint.js";
import { h, svg } from "./dom.js";

const RADIUS = 96;
const HEIGHT = 250;
const WIDE = 440;
const FULL = Math.PI * 2;

const percent = (share) => `${share >= 0.1 || share === 0 ? Math.round(share * 100) : Math.max(Math.round(share * 1000) / 10, 0.1)} %`;

function sharesOf(segments) {
  const sum = segments.reduce((total, one) => total + one.value, 0);
  let from = 0;
  return segments.map(({ label: name, value }) => {
    const share = sum ? value / sum : 0;
    const slice = { name, value, share, from, middle: (from + share / 2) * FULL };
    from += share;
    return slice;
  });
}

const spot = (centre, radius, angle) => ({ x: centre + Math.sin(angle) * radius, y: HEIGHT / 2 - Math.cos(angle) * radius });

function slicePath({ from, share }, centre) {
  if (share > 0.9999) return `M${centre} ${HEIGHT / 2 - RADIUS}a${RADIUS} ${RADIUS} 0 1 1 -0.01 0z`;
  const [start, end] = [spot(centre, RADIUS, from * FULL), spot(centre, RADIUS, (from + share) * FULL)];
  return `M${centre} ${HEIGHT / 2}L${start.x} ${start.y}A${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${end.x} ${end.y}z`;
}

/** The names of one side, moved apart, each tied to its slice by a thin line. */
function namesOnSide(slices, centre, right) {
  const mine = slices.filter((slice) => (Math.sin(slice.middle) >= 0) === right);
  const heights = spread(mine.map((slice) => spot(centre, RADIUS + 14, slice.middle).y), 17, 14, HEIGHT - 10);
  return mine.flatMap((slice, at) => {
    const [edge, out] = [spot(centre, RADIUS, slice.middle), spot(centre, RADIUS + 9, slice.middle)];
    const x = centre + (RADIUS + 24) * (right ? 1 : -1);
    return [
      svg("path", { d: `M${edge.x} ${edge.y}L${out.x} ${out.y}L${x} ${heights[at]}`, class: "leader" }),
      label(x + (right ? 5 : -5), heights[at] + 4, `${slice.name} · ${percent(slice.share)}`, { "text-anchor": right ? "start" : "end", class: "chart-label chart-name" }),
    ];
  });
}

function sharesInside(slices, centre) {
  return slices.filter((slice) => slice.share >= 0.06).map((slice) => {
    const { x, y } = spot(centre, RADIUS * 0.68, slice.middle);
    return label(x, y + 4, percent(slice.share), { "text-anchor": "middle", class: "chart-label chart-name halo" });
  });
}

export function pieChart(chart, width) {
  const slices = sharesOf(chart.segments);
  const paint = createPaint(slices.length);
  const centre = width / 2;
  const roomy = width >= WIDE;
  const pieces = slices.map((slice, at) => svg("path", { d: slicePath(slice, centre), ...paint.fill(at) }, svg("title", {}, `${slice.name}: ${exact(slice.value)} (${percent(slice.share)})`)));
  const names = roomy ? [...namesOnSide(slices, centre, true), ...namesOnSide(slices, centre, false)] : sharesInside(slices, centre);
  const entries = slices.map((slice) => ({ name: slice.name, note: `${exact(slice.value)} · ${percent(slice.share)}` }));
  return { nodes: [paint.defs, ...pieces, ...names], height: HEIGHT, legend: !roomy && legend(entries, "fill") };
}

export function pieTable(chart) {
  const head = h("tr", null, ["Part", "Value", "Share"].map((name) => h("th", { scope: "col" }, name)));
  const rows = sharesOf(chart.segments).map((slice) => h("tr", null, h("th", { scope: "row" }, slice.name), h("td", null, exact(slice.value)), h("td", null, percent(slice.share))));
  return [h("thead", null, head), h("tbody", null, rows)];
}
