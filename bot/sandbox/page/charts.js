/** The data_visualization block: a drawing that fits its place, and the same numbers as a table for whoever wants those. */
import { axisChart, axisTable } from "./chartaxes.js";
import { pieChart, pieTable } from "./chartpie.js";
import { h, svg, uniqueId } from "./dom.js";

const KINDS = {
  pie: [pieChart, pieTable, "Pie chart"], bar: [axisChart, axisTable, "Bar chart"],
  line: [axisChart, axisTable, "Line chart"], area: [axisChart, axisTable, "Area chart"],
};
const NARROWEST = 260;

function numbers(parts, title) {
  const node = h("div", { class: "unseen" }, h("table", null, h("caption", null, title), parts));
  const id = uniqueId("numbers");
  node.id = id;
  const button = h("button", { type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": id, onclick: () => {
    const shown = !node.classList.toggle("unseen");
    node.classList.toggle("table-scroll", shown);
    button.setAttribute("aria-expanded", String(shown));
    button.textContent = shown ? "Hide the numbers" : "Show the numbers";
  } }, "Show the numbers");
  return [button, node];
}

export function chart(block) {
  const [draw, table, kind] = KINDS[block.chart.type];
  const holder = h("div", { class: "chart-holder" });
  const name = `${kind}: ${block.title}. Its numbers are in the table after it.`;
  let drawnFor = 0;

  function fit(width) {
    const wide = Math.max(Math.floor(width), NARROWEST);
    if (wide === drawnFor) return;
    drawnFor = wide;
    const { nodes, height, legend } = draw(block.chart, wide);
    const drawing = svg("svg", { width: wide, height, viewBox: `0 0 ${wide} ${height}`, role: "img", "aria-label": name, class: "chart-drawing" }, ...nodes);
    holder.replaceChildren(drawing, ...(legend ? [legend] : []));
  }
  fit(600);
  new ResizeObserver(([entry]) => { if (entry.contentRect.width) fit(entry.contentRect.width); }).observe(holder);
  return h("figure", { class: "chart" }, h("figcaption", { class: "chart-title" }, block.title), holder, numbers(table(block.chart), block.title));
}
