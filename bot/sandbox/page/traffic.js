/** The traffic as a live list: every envelope, answer and Web API call, newest first, each with its JSON. */
import { api } from "./api.js";
import { exactTime } from "./dates.js";
import { h, reconcile } from "./dom.js";
import { icon } from "./icons.js";

const KEPT = 400;
const SHOWN = 150;
const PAUSE_MS = 700;

const waits = (entry) => entry.acked === null && entry.direction === "to_app";
const missed = (entry) => entry.acked === false;
const refused = (entry) => entry.response?.ok === false || entry.status >= 400;
const isApi = (entry) => entry.direction === "from_app" && Boolean(entry.method);

/** Slack's names for what is in an envelope → words. */
const NAMES = {
  command: "Slash command", block_actions: "Click", view_submission: "Form sent", view_closed: "Form closed", block_suggestion: "Options asked for",
  shortcut: "Shortcut", message_action: "Message shortcut", event_callback: "Event", ack: "Acknowledged", hello: "Connected", disconnect: "Disconnect",
  response_url: "Answer to a response address",
};

function titleOf(entry) {
  if (isApi(entry)) return entry.method === "response_url" ? NAMES.response_url : entry.method;
  return NAMES[entry.kind] ?? entry.kind;
}

function detailOf({ kind, request }) {
  if (!request || typeof request !== "object") return "";
  if (kind === "command") return `${request.command} ${request.text ?? ""}`.trim();
  if (kind === "block_actions") return (request.actions ?? []).map((action) => action.action_id).join(", ");
  if (kind === "event_callback") return request.event?.type ?? "";
  if (kind === "disconnect") return request.reason ?? "";
  return request.view?.callback_id || request.callback_id || request.action_id || request.channel || request.user_id || "";
}

function verdict(entry) {
  if (missed(entry)) return ["bad", `not acknowledged${entry.failure ? ` (${entry.failure})` : ""}`];
  if (entry.too_late) return ["bad", "too late"];
  if (waits(entry)) return ["waiting", "waiting…"];
  if (refused(entry)) return ["bad", entry.response?.error ?? `status ${entry.status}`];
  return entry.fault ? ["bad", String(entry.fault)] : null;
}

const took = (entry) => (entry.took_ms === undefined ? "" : entry.took_ms < 10 ? `${entry.took_ms.toFixed(1)} ms` : `${Math.round(entry.took_ms)} ms`);

function json(label, value, copy) {
  const text = JSON.stringify(value, null, 2);
  const button = h("button", { type: "button", class: "button small", "aria-label": `Copy ${label.toLowerCase()}`, onclick: () => copy(text) }, icon("copy"), "Copy");
  return h("section", { class: "json" }, h("div", { class: "json-head" }, h("h4", null, label), button),
    h("pre", { tabindex: "0", role: "region", "aria-label": label }, text));
}

function inside(entry, copy) {
  const { request, response, ...facts } = entry;
  return [["Request", request], ["Answer", response], ["About it", facts]].filter(([, value]) => value !== null && value !== undefined)
    .map(([label, value]) => json(label, value, copy));
}

function entryNode(entry, open, copy, zone) {
  const mark = verdict(entry);
  const toApp = entry.direction === "to_app";
  const body = h("div", { class: "entry-body" });
  const fill = () => { if (node.open && !body.firstChild) body.replaceChildren(...inside(entry, copy)); };
  const node = h("details", { class: `traffic ${mark ? `traffic-${mark[0]}` : ""}`, open: open.has(entry.seq) },
    h("summary", null,
      h("span", { class: `way ${toApp ? "way-in" : "way-out"}`, title: toApp ? "to the app" : "from the app" }, toApp ? "→" : "←",
        h("span", { class: "unseen" }, toApp ? " to the app: " : " from the app: ")),
      h("span", { class: "traffic-title" }, titleOf(entry)), h("span", { class: "traffic-detail" }, detailOf(entry)),
      mark && h("span", { class: `verdict verdict-${mark[0]}` }, mark[1]), h("span", { class: "traffic-took" }, took(entry)),
      h("time", { class: "traffic-at", datetime: entry.at }, exactTime(new Date(entry.at), zone))), body);
  node.addEventListener("toggle", () => {
    if (node.open) open.add(entry.seq);
    else open.delete(entry.seq);
    fill();
  });
  fill();
  return node;
}

function choice(label, onchange) {
  const node = h("select", { "aria-label": label, onchange });
  node.offer = (values) => {
    const kept = node.value;
    const all = ["", ...values];
    if (all.length === node.options.length && all.every((value, at) => node.options[at].value === value)) return;
    node.replaceChildren(...all.map((value) => h("option", { value }, value ? NAMES[value] ?? value : label)));
    node.value = all.includes(kept) ? kept : "";
  };
  return node;
}

export function createTraffic(workspace, notices) {
  const entries = new Map();
  const open = new Set();
  let next = 0;
  let timer = null;
  const kind = choice("Every kind", () => draw());
  const method = choice("Every method", () => draw());
  const words = h("input", { type: "search", placeholder: "Text in it", "aria-label": "Text in an entry", oninput: () => draw() });
  const trouble = h("input", { type: "checkbox", onchange: () => draw() });
  const count = h("p", { class: "hint", role: "status" });
  const list = h("div", { class: "traffic-list" });
  const node = h("section", { class: "traffic-part", "aria-label": "Traffic" },
    h("div", { class: "filters" }, kind, method, words, h("label", { class: "tick" }, trouble, "Only trouble")), count, list);

  const copy = (text) => notices.attempt(async () => {
    await navigator.clipboard.writeText(text);
    notices.show("Copied.");
  });

  function fits(entry) {
    if (kind.value && entry.kind !== kind.value) return false;
    if (method.value && entry.method !== method.value) return false;
    if (trouble.checked && !verdict(entry)) return false;
    return !words.value || JSON.stringify(entry).toLowerCase().includes(words.value.toLowerCase());
  }

  const seen = (name) => [...new Set([...entries.values()].map((entry) => entry[name]).filter(Boolean))].sort();

  function draw() {
    kind.offer(seen("kind"));
    method.offer(seen("method"));
    const fitting = [...entries.values()].filter(fits).sort((a, b) => b.seq - a.seq);
    const shown = fitting.slice(0, SHOWN);
    count.textContent = fitting.length > SHOWN ? `The newest ${SHOWN} of ${fitting.length}` : fitting.length === 1 ? "1 entry" : `${fitting.length} entries`;
    reconcile(list, shown.map((entry) => ({ key: String(entry.seq), signature: JSON.stringify([entry.took_ms, entry.acked, entry.status, workspace.zone]), render: () => entryNode(entry, open, copy, workspace.zone) })));
  }

  /** From the oldest that was still waiting: an answer changes an entry that is already here. */
  function since() {
    const waiting = [...entries.values()].filter((entry) => waits(entry) || (isApi(entry) && entry.took_ms === undefined)).map((entry) => entry.seq);
    return Math.min(next, ...waiting);
  }

  async function load() {
    const answer = await api.log(since(), KEPT);
    for (const entry of answer.entries.slice(-KEPT)) entries.set(entry.seq, entry);
    // A workspace that was started anew counts from nothing again.
    if (answer.next < next) entries.clear();
    next = answer.next;
    for (const seq of [...entries.keys()].sort((a, b) => a - b).slice(0, -KEPT)) entries.delete(seq);
    draw();
  }

  async function follow() {
    await load().catch((error) => { count.textContent = error.message; });
    if (timer !== null) timer = setTimeout(follow, PAUSE_MS);
  }

  return {
    node, methods: () => seen("method"),
    start() {
      if (timer !== null) return;
      timer = 0;
      follow();
    },
    stop() {
      clearTimeout(timer);
      timer = null;
    },
  };
}
