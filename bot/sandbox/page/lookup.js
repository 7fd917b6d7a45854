/** A field that is searched by typing: for options that the app is asked for, and for lists too long to tick. */
import { h, uniqueId } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { icon } from "./icons.js";

const PAUSE_MS = 150;
const MOST_SHOWN = 100;

/** Finds among choices that are all here. */
export const among = (choices) => (words) => choices.filter((one) => one.label.toLowerCase().includes(words.toLowerCase()));

function chip(choice, remove) {
  return h("li", { class: "chip" }, h("span", null, withEmoji(choice.label)),
    h("button", { type: "button", class: "icon-button", "aria-label": `Remove ${choice.label}`, onclick: remove }, icon("close")));
}

/** search(words) → choices or a promise of them. `hold` and `write` speak of choices, `read` of bare values. */
export function createLookup({ search, multi, most = Infinity, minimum = 0, placeholder, start = [] }) {
  const id = uniqueId("lookup");
  const control = h("input", { type: "text", role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": id, "aria-expanded": "false",
    placeholder: placeholder || (minimum ? `Type ${minimum} characters to search…` : "Type to search…") });
  const list = h("ul", { id, class: "lookup-list", role: "listbox", "aria-label": "Results", hidden: true });
  const status = h("p", { class: "hint", role: "status" });
  const chips = h("ul", { class: "chips" });
  const node = h("div", { class: "lookup" }, multi && chips, control, list, status);
  const listeners = [];
  let chosen = start;
  let shown = [];
  let active = 0;
  let asked = 0;
  let timer;

  const tell = () => listeners.forEach((listener) => listener());

  function drawChosen() {
    if (multi) chips.replaceChildren(...chosen.map((one) => chip(one, () => set(chosen.filter((other) => other !== one), true))));
    else control.value = chosen[0]?.label ?? "";
  }

  function set(choices, byHand = false) {
    chosen = choices;
    drawChosen();
    if (byHand) tell();
    if (byHand && multi) control.focus();
  }

  function close() {
    list.hidden = true;
    control.setAttribute("aria-expanded", "false");
    control.removeAttribute("aria-activedescendant");
  }

  function drawList() {
    list.hidden = shown.length === 0;
    control.setAttribute("aria-expanded", String(!list.hidden));
    let group;
    list.replaceChildren(...shown.flatMap((choice, at) => {
      const heading = choice.group && choice.group !== group ? [h("li", { class: "menu-heading", role: "presentation" }, choice.group)] : [];
      group = choice.group;
      return [...heading, h("li", { id: `${id}-${at}`, role: "option", "aria-selected": String(at === active),
        onpointerdown: (event) => { event.preventDefault(); choose(choice); } }, h("span", null, withEmoji(choice.label)),
      choice.description && h("span", { class: "menu-description" }, choice.description))];
    }));
    if (list.hidden) return close();
    control.setAttribute("aria-activedescendant", `${id}-${active}`);
    return list.querySelector("[aria-selected=true]").scrollIntoView({ block: "nearest" });
  }

  function choose(choice) {
    close();
    status.textContent = "";
    if (!multi) return set([choice], true);
    control.value = "";
    if (chosen.length >= most) status.textContent = `No more than ${most} can be chosen.`;
    else if (!chosen.some((one) => one.value === choice.value)) set([...chosen, choice], true);
    return undefined;
  }

  async function ask() {
    const words = control.value.trim();
    const mine = (asked += 1);
    if (words.length < minimum) return close();
    status.textContent = "Looking…";
    try {
      const found = await search(words);
      // Only the answer to what was typed last counts.
      if (mine !== asked) return undefined;
      shown = found.slice(0, MOST_SHOWN);
      active = 0;
      status.textContent = found.length ? "" : "Nothing was found.";
      return drawList();
    } catch (error) {
      if (mine === asked) status.textContent = error.message;
      return close();
    }
  }

  function typed() {
    if (!multi && control.value === "" && chosen.length) set([], true);
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  }

  function key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) ask();
    else if (step) {
      active = (active + step + shown.length) % shown.length;
      drawList();
    } else if (event.key === "Enter" && !list.hidden) choose(shown[active]);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Backspace" && multi && control.value === "" && chosen.length) set(chosen.slice(0, -1), true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  control.addEventListener("input", typed);
  control.addEventListener("keydown", key);
  control.addEventListener("click", () => list.hidden && ask());
  control.addEventListener("blur", () => {
    clearTimeout(timer);
    asked += 1;
    close();
    status.textContent = "";
    if (!multi) drawChosen();
  });
  drawChosen();
  const values = () => chosen.map((one) => one.value);
  return {
    node, control, hold: () => chosen, write: (choices) => set(choices), listen: (listener) => listeners.push(listener),
    read: () => (multi ? values() : values()[0] ?? null),
  };
}
