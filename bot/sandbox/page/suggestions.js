/** Suggests slash commands while one is being typed; arrows move, Tab or Enter take, Escape hides. */
import { h, uniqueId } from "./dom.js";

export function createSuggestions(area, commands) {
  const id = uniqueId("suggestions");
  const box = h("ul", { id, class: "suggestions", role: "listbox", "aria-label": "Slash commands", hidden: true });
  const hint = h("p", { class: "usage-hint", hidden: true });
  let shown = [];
  let active = 0;
  let moved = false;
  area.setAttribute("role", "combobox");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", id);

  const typed = () => area.value.trimStart();

  function draw() {
    box.hidden = shown.length === 0;
    area.setAttribute("aria-expanded", String(!box.hidden));
    box.replaceChildren(...shown.map(optionNode));
    if (box.hidden) area.removeAttribute("aria-activedescendant");
    else area.setAttribute("aria-activedescendant", `${id}-${active}`);
    box.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function optionNode(command, at) {
    const take = (event) => {
      event.preventDefault();
      choose(at);
    };
    return h("li", { id: `${id}-${at}`, role: "option", "aria-selected": String(at === active), onpointerdown: take },
      h("span", { class: "command-name" }, command.command, command.usage_hint && h("span", { class: "command-usage" }, ` ${command.usage_hint}`)),
      h("span", { class: "command-what" }, command.description));
  }

  function showHint() {
    const word = /^\/\S+(?=\s)/.exec(typed())?.[0];
    const command = commands().find((one) => one.command === word);
    hint.hidden = !command?.usage_hint;
    hint.replaceChildren(h("b", null, word ?? ""), ` ${command?.usage_hint ?? ""}`);
  }

  function update() {
    const text = typed();
    const isCommand = /^\/\S*$/.test(text);
    shown = isCommand ? commands().filter((one) => one.command.startsWith(text)) : [];
    active = 0;
    moved = false;
    draw();
    showHint();
  }

  function choose(at) {
    area.value = `${shown[at].command} `;
    area.focus();
    area.dispatchEvent(new Event("input"));
  }

  function hide() {
    shown = [];
    draw();
  }

  function key(event) {
    if (box.hidden) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      active = (active + step + shown.length) % shown.length;
      moved = true;
      draw();
    } else if (event.key === "Escape") hide();
    // A command typed out in full is meant to be sent, not completed.
    else if (event.key === "Enter" && !moved && shown[active].command === typed()) return false;
    else if (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) choose(active);
    else return false;
    event.preventDefault();
    return true;
  }

  area.addEventListener("input", update);
  area.addEventListener("blur", hide);
  return { box, hint, key };
}
