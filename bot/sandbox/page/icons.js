/** The few line icons of the page, drawn as SVG nodes. */
import { svg } from "./dom.js";

const PATHS = {
  hash: "M8 3 6 17M14 3l-2 14M3.5 7.5h14M2.5 12.5h14",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  home: "M3 9.5 10 4l7 5.5M5 8.5V16h3.5v-4h3v4H15V8.5",
  chat: "M4 5h12v8.5H9L5.5 16v-2.5H4z",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  close: "m5 5 10 10M15 5 5 15",
  plus: "M10 4v12M4 10h12",
  send: "M3.5 10 16.5 4l-4 12.5-3-5zM9.5 11.5l7-7.5",
  reply: "M8.5 5 4 9.5 8.5 14M4 9.5h7.5a4.5 4.5 0 0 1 4.5 4.5v1.5",
  more: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  down: "m5 7.5 5 5 5-5",
  clock: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6v4l2.8 1.8",
  eye: "M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 8a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  calendar: "M4 5.5h12V16H4zM4 8.8h12M7 3.5v3M13 3.5v3",
  check: "m4.5 10.5 3.5 3.5 7.5-8",
  bolt: "M11 3 5 11.5h4L8.5 17 15 8.5h-4z",
  people: "M7.5 9.5a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2.5 16c.3-3 2.2-4.6 5-4.6s4.7 1.6 5 4.6M13 4.4a2.6 2.6 0 0 1 0 5M14.5 11.6c1.8.5 2.8 2 3 4.4",
  swap: "M4 7h11l-3-3M16 13H5l3 3",
  arrow: "M10 4v12M5 11l5 5 5-5",
  film: "M3.5 4.5h13v11h-13zM8.3 7.8v4.4l3.8-2.2z",
  file: "M5 3h6.5L15 6.5V17H5zM11.5 3v3.5H15M7.5 10.5h5M7.5 13.5h5",
  clip: "m14.5 9-5 5a3 3 0 0 1-4.3-4.3l5.6-5.6a2 2 0 0 1 2.9 2.9L8.3 12.4",
  smile: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM7.3 11.6c.7 1.1 1.6 1.7 2.7 1.7s2-.6 2.7-1.7M7.7 8.2h.01M12.3 8.2h.01",
  mail: "M3 5h14v10.5H3zM3.5 5.5 10 11l6.5-5.5",
  search: "M8.8 3.5a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6zM12.7 12.7l4 4",
  up: "m5 12.5 5-5 5 5",
  scope: "M3 10h3.2l2-5.5 3.6 11 2-5.5H17",
  copy: "M7.5 7.5h8.5V16H7.5zM4 12.5V4h8.5",
  image: "M3.5 4.5h13v11h-13zM3.5 13l4-4 3.5 3.5 2-2 3.5 3M12.7 7.8h.01",
};

export function icon(name) {
  return svg(
    "svg",
    { viewBox: "0 0 20 20", class: `icon icon-${name}`, "aria-hidden": "true", focusable: "false" },
    svg("path", { d: PATHS[name] }),
  );
}
