/** Bar, line and area charts: values over categories, below zero too, drawn for the width there is. */
import { createPaint, label, legend, spread, textWidth } from "./chartpaint.js";
import { h, svg } from "./dom.js";

const PLOT = 220;
const SLANT = Math.PI / 4;
const LABEL_GAP = 15;

const full = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
export const exact = (value) => full.format(value);
const brief = (value) => (Math.abs(value) >= 10_000 ? short.format(value) : full.format(value));

/** Round numbers from below the lowest value to above the highest, always with zero among them. */
export function ticks(values, wanted = 5) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const rough = (high - low || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999);
  const [first, last] = [Math.floor(low / step), Math.ceil((high || (low ? 0 : step)) / step)];
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}

export function valuesOf(chart) {
  const at = (series, category, place) => (series.data.find((point) => point.label === category) ?? series.data[place])?.value ?? 0;
  return chart.series.map((series) => chart.axis_config.categories.map((category, place) => at(series, category, place)));
}

/** Where everything goes; text decides the margins, because there is no room to waste on a phone. */
function layOut(chart, width, all) {
  const { categories, x_label: xLabel, y_label: yLabel } = chart.axis_config;
  const steps = ticks(all.flat());
  const widest = Math.max(...categories.map(textWidth));
  const named = chart.type !== "bar" && width >= 460 && chart.series.length > 1 && chart.series.length <= 6;
  const right = named ? Math.max(...chart.series.map((series) => textWidth(series.name))) + 18 : 10;
  let left = Math.max(...steps.map((step) => textWidth(brief(step)))) + 10 + (yLabel ? 20 : 0);
  let slot = (width - left - right) / categories.length;
  const slanted = widest > slot - 6;
  if (slanted) {
    left = Math.max(left, Math.min(widest * Math.cos(SLANT), 90) - slot / 2 + 6);
    slot = (width - left - right) / categories.length;
  }
  const under = slanted ? widest * Math.sin(SLANT) + 18 : 22;
  const [low, high] = [steps[0], steps.at(-1)];
  const top = 24;
  return {
    steps, named, left, right, slot, slanted, top, width, under, categories, xLabel, yLabel,
    height: top + PLOT + under + (xLabel ? 20 : 0),
    x: (place) => left + slot * (place + 0.5),
    y: (value) => top + PLOT * (1 - (value - low) / (high - low)),
  };
}

function grid(plan) {
  const end = plan.width - plan.right;
  const lines = plan.steps.flatMap((step) => [
    svg("path", { d: `M${plan.left} ${plan.y(step)}H${end}`, class: step === 0 ? "grid grid-zero" : "grid" }),
    label(plan.left - 8, plan.y(step) + 4, brief(step), { "text-anchor": "end" }),
  ]);
  const foot = plan.top + PLOT + 16;
  const names = plan.categories.map((name, place) => (plan.slanted
    ? label(0, 0, name, { "text-anchor": "end", transform: `translate(${plan.x(place) + 4} ${foot - 2}) rotate(-45)` })
    : label(plan.x(place), foot, name, { "text-anchor": "middle" })));
  const middle = plan.top + PLOT / 2;
  const titles = [
    plan.xLabel && label((plan.left + end) / 2, plan.height - 6, plan.xLabel, { "text-anchor": "middle", class: "chart-label axis-title" }),
    plan.yLabel && label(0, 0, plan.yLabel, { "text-anchor": "middle", class: "chart-label axis-title", transform: `translate(12 ${middle}) rotate(-90)` }),
  ];
  return [...lines, ...names, ...titles.filter(Boolean)];
}

const said = (chart, plan, series, place, value) => svg("title", {}, `${chart.series[series].name}, ${plan.categories[place]}: ${exact(value)}`);

function bars(chart, plan, all, paint) {
  const group = plan.slot * 0.78;
  const wide = Math.min(group / all.length, 64);
  const start = (plan.slot - wide * all.length) / 2;
  const gap = wide > 6 ? 1.5 : 0.5;
  const room = wide + (all.length === 1 ? plan.slot - wide - 4 : 0);
  // All of them or none: a few numbers among many bars would look as if they meant something.
  const numbered = all.flat().every((value) => textWidth(brief(value)) <= room);
  return all.flatMap((values, series) => values.flatMap((value, place) => {
    const x = plan.left + plan.slot * place + start + wide * series;
    const [from, to] = [plan.y(Math.max(value, 0)), plan.y(Math.min(value, 0))];
    const bar = svg("rect", { x: x + gap, y: from, width: Math.max(wide - gap * 2, 1), height: Math.max(to - from, 1), rx: Math.min(3, wide / 5), ...paint.fill(series) },
      said(chart, plan, series, place, value));
    return numbered ? [bar, label(x + wide / 2, value < 0 ? to + 13 : from - 5, brief(value), { "text-anchor": "middle", class: "chart-label chart-value" })] : [bar];
  }));
}

function lines(chart, plan, all, paint, filled) {
  const drawn = all.map((values, series) => {
    const points = values.map((value, place) => `${plan.x(place)} ${plan.y(value)}`);
    const body = `M${points.join("L")}`;
    const base = plan.y(0);
    const area = filled && svg("path", { d: `${body}L${plan.x(values.length - 1)} ${base}L${plan.x(0)} ${base}z`, fill: paint.fill(series).fill, class: "area" });
    const marks = values.map((value, place) => {
      const mark = paint.marker(plan.x(place), plan.y(value), series);
      mark.append(said(chart, plan, series, place, value));
      return mark;
    });
    return { area, over: [svg("path", { d: body, ...paint.line(series) }), ...marks] };
  });
  // All areas below all lines, or the last series would hide the others.
  return [...drawn.map((one) => one.area).filter(Boolean), ...drawn.flatMap((one) => one.over)];
}

/** A single line has room for its values; of several, the names stand where the lines end. */
function lineLabels(chart, plan, all) {
  if (plan.named) {
    const heights = spread(all.map((values) => plan.y(values.at(-1))), LABEL_GAP, plan.top, plan.top + PLOT);
    return chart.series.map((series, at) => label(plan.x(plan.categories.length - 1) + 10, heights[at] + 4, series.name, { class: "chart-label chart-name" }));
  }
  if (all.length > 1 || plan.slot < 34) return [];
  return all[0].map((value, place) => label(plan.x(place), plan.y(value) - 10, brief(value), { "text-anchor": "middle", class: "chart-label chart-value halo" }));
}

/** → the SVG nodes, their height, and the legend where names do not stand in the drawing. */
export function axisChart(chart, width) {
  const all = valuesOf(chart);
  const plan = layOut(chart, width, all);
  const paint = createPaint(all.length);
  const marks = chart.type === "bar" ? bars(chart, plan, all, paint)
    : [...lines(chart, plan, all, paint, chart.type === "area"), ...lineLabels(chart, plan, all)];
  const names = chart.series.map((series) => ({ name: series.name }));
  const needed = !plan.named && names.length > 1;
  return { nodes: [paint.defs, ...grid(plan), ...marks], height: plan.height, legend: needed && legend(names, chart.type === "line" ? "line" : "fill") };
}

export function axisTable(chart) {
  const all = valuesOf(chart);
  const head = h("tr", null, h("th", { scope: "col" }, chart.axis_config.x_label || "Category"), chart.series.map((series) => h("th", { scope: "col" }, series.name)));
  const rows = chart.axis_config.categories.map((category, place) => h("tr", null, h("th", { scope: "row" }, category), all.map((values) => h("td", null, exact(values[place])))));
  return [h("thead", null, head), h("tbody", null, rows)];
}
