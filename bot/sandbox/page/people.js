/** How a person looks: initials on a colour made from the name, and whether they are there. */
import { h } from "./dom.js";

const COLOURS = 10;

function colourOf(name) {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % COLOURS;
}

function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}

export function avatar(name, isApp, size = "") {
  const kind = isApp ? "avatar-app" : `avatar-${colourOf(name)}`;
  return h("span", { class: `avatar ${kind} ${size}`, "aria-hidden": "true" }, initials(name));
}

/** A small face with a dot: filled for who is there, hollow for who is away; said in words too. */
export function face(name, isApp, active) {
  return h("span", { class: "face" }, avatar(name, isApp, "avatar-tiny"),
    h("span", { class: `presence ${active ? "presence-active" : ""}` }, h("span", { class: "unseen" }, active ? "active" : "away")));
}
