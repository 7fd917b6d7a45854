/** The leads' side: their letters and texts, and everything they can do with them. */
import { api } from "./api.js";
import { shortDay, timeOf } from "./dates.js";
import { openDialog } from "./dialog.js";
import { h, reconcile, uniqueId, whileBusy } from "./dom.js";
import { icon } from "./icons.js";
import { letterBody } from "./letters.js";
import { avatar } from "./people.js";

const FORM = [["name", "Name", "text", "Jane Doe"], ["email", "E-mail", "email", "jane@globex.example"], ["phone", "Phone", "tel", "+49 30 2093 1820"],
  ["company", "Company", "text", "Globex"], ["title", "Job title", "text", "Head of Sales"], ["employees", "Employees", "text", "80"],
  ["message", "What would you like to know?", "text", "What does it cost?"]];
const WORDS = "Yes, write to me by e-mail and SMS, and see which of it I open";

/** Read it, and went there. */
const listed = (words) => (words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join(""));

const button = (label, work, style = "") => {
  const node = h("button", { type: "button", class: `button small ${style}`, data: { action: label }, onclick: () => whileBusy(node, work) }, label);
  return node;
};

function field(label, props) {
  const id = uniqueId("outside");
  return h("p", { class: "field" }, h("label", { for: id, class: "field-label" }, label), h("input", { id, class: "text", autocomplete: "off", ...props }));
}

export function createOutside(workspace, notices) {
  const letters = h("div", { class: "outside-list" });
  const texts = h("div", { class: "outside-list" });
  const title = h("h1", { class: "place-title", tabindex: "-1" }, "Leads' side");
  const tools = h("div", { class: "outside-tools" }, button("Fill in the website's form", fillIn), button("Visit a page", visit), button("Send a text", text));
  const node = h("section", { class: "home outside", hidden: true },
    h("header", { class: "place-head" }, h("div", { class: "place-words" }, title, h("p", { class: "place-topic" }, "What leads get by e-mail and SMS. Here you play them.")), tools),
    h("div", { class: "home-scroll", tabindex: "0", role: "region", "aria-label": "Letters and texts" }, h("div", { class: "outside-columns" },
      h("section", { "aria-label": "Mailbox" }, h("h2", null, icon("mail"), "Mailbox"), letters),
      h("section", { "aria-label": "Phone" }, h("h2", null, icon("chat"), "Phone"), texts))));
  const opened = new Set();
  let post = { letters: [], texts: [], app: {}, people: [] };
  let asked = 0;
  let heard = null; // the highest number of a letter or text that was told of

  const when = (at) => `${shortDay(new Date(at), workspace.zone)}, ${timeOf(new Date(at), workspace.zone)}`;
  const isApps = (url) => Boolean(post.app.url) && url.startsWith(`${post.app.url}/`);

  /** Who it is: the same name and colour for their letters and their texts. */
  const personOf = (address) => post.people.findLast((one) => one.email === address.toLowerCase() || one.phone === address);
  const nameOf = (address) => personOf(address)?.name ?? address;
  const firstName = (address) => personOf(address)?.name.split(" ")[0] ?? address;

  /** An answer that comes late does not undo a newer one. */
  async function refresh() {
    asked += 1;
    const turn = asked;
    const found = await api.post();
    if (turn === asked) post = found;
  }

  /** What came since the last time, in words; the first look at the mailbox is no news. */
  function news() {
    const came = [...post.letters.map((one) => [one.id, `Letter for ${nameOf(one.to)}: ${one.subject}`]),
      ...post.texts.filter((one) => one.is_ours).map((one) => [one.id, `Text for ${nameOf(one.number)}: ${one.body}`])];
    const fresh = heard === null ? [] : came.filter(([id]) => id > heard).sort((one, other) => one[0] - other[0]);
    heard = Math.max(heard ?? 0, ...came.map(([id]) => id));
    return fresh.map(([, words]) => words);
  }

  /** True when it worked. Where the page itself shows what was done, `tell` only has it read out. */
  async function act(work, said, tell = notices.show) {
    const done = await notices.attempt(async () => {
      await work();
      return true;
    });
    await draw();
    if (done && said) tell(said);
    return done ?? false;
  }

  async function open(letter) {
    opened.add(letter.id);
    await act(() => api.outside("open-letter", { id: letter.id }));
  }

  async function follow(letter, url) {
    await notices.attempt(async () => {
      const { leads_to: there, is_visit: isVisit } = await api.outside("click-link", { id: letter.id, url });
      if (isApps(there)) window.open(there, "_blank", "noopener");
      else notices.show(`${firstName(letter.to)} is at ${there} now${isVisit ? ", and the website told the app of the visit" : ""}. That page is not on this computer, so it stays closed.`);
    });
    await draw();
  }

  /** What is being said is said on: notices are put back behind the dialog before it goes. */
  function finish(dialog) {
    notices.home();
    dialog.close();
  }

  function ask(heading, label, send, { rows = 4, value = "" } = {}) {
    const id = uniqueId("ask");
    const area = h("textarea", { id, rows: String(rows) });
    area.value = value;
    const dialog = openDialog({ title: heading, askToClose: () => dialog.close() });
    const go = button("Send", async () => {
      if (!area.value.trim()) return area.focus();
      if (await send(area.value)) finish(dialog);
    }, "primary");
    dialog.content.append(h("div", { class: "dialog-body" }, h("label", { for: id }, label), area), h("footer", { class: "dialog-foot" }, go));
    area.focus();
  }

  const reply = (letter) => ask(`Answer ${letter.sender}`, `What ${firstName(letter.to)} writes`, (text) => act(() => api.outside("answer-letter", { id: letter.id, text }), "The answer was sent.", notices.announce));
  function text() {
    const known = post.texts[0]?.number ?? post.people.findLast((one) => one.phone)?.phone ?? FORM[2][3].replaceAll(" ", "");
    form("Send a text", [field("From which number", { name: "number", type: "tel", value: known }), field("What they text; STOP, START and HELP work", { name: "text", type: "text", value: "HELP" })],
      ({ number, text: said }) => act(() => api.outside("text-back", { number: number.replaceAll(" ", ""), text: said })));
  }

  const textBack = (number) => ask(`Text from ${nameOf(number)}`, `What ${firstName(number)} texts; STOP, START and HELP work`, (text) => act(() => api.outside("text-back", { number, text })), { rows: 2 });

  function form(heading, fields, send, note) {
    const dialog = openDialog({ title: heading, askToClose: () => dialog.close() });
    const go = button("Send", async () => {
      const values = Object.fromEntries([...dialog.node.querySelectorAll("input[name]")].map((one) => [one.name, one.type === "checkbox" ? one.checked : one.value.trim()]));
      if (await send(values)) finish(dialog);
    }, "primary");
    dialog.content.append(h("div", { class: "dialog-body" }, fields, note), h("footer", { class: "dialog-foot" }, go));
    dialog.node.querySelector("input").focus();
  }

  function fillIn() {
    const consent = h("label", { class: "outside-tick" }, h("input", { type: "checkbox", name: "agrees", checked: true }), WORDS);
    form("The website's form", FORM.map(([name, label, type, value]) => field(label, { name, type, value })), ({ agrees, employees, ...values }) => act(async () => {
      const given = { ...Object.fromEntries(Object.entries(values).filter(([, value]) => value)), ...(employees ? { fields: { employees } } : {}) };
      const allowed = agrees ? { consent: { email: true, sms: true, measuring: true, wording: WORDS, is_confirmed: false } } : {};
      const { id } = await api.outside("fill-form", { fields: { ...given, source: "website", ...allowed } });
      notices.show(`Thanks. That is lead #${id}.`);
    }), consent);
  }

  function visit() {
    const known = post.letters[0]?.to ?? FORM[1][3];
    form("Visit a page", [field("Whose address", { name: "email", type: "email", value: known }), field("Which page", { name: "page", type: "text", value: "/pricing" })],
      (values) => act(() => api.outside("visit", values), `${nameOf(values.email)} looked at ${values.page}.`));
  }

  const addressed = (address) => (personOf(address) ? `${nameOf(address)} (${address})` : address);

  function letterNode(letter) {
    const isOpen = opened.has(letter.id);
    const head = h("button", { type: "button", class: "letter-head", data: { action: "open" }, "aria-expanded": String(isOpen), onclick: () => {
      if (!isOpen) return open(letter);
      opened.delete(letter.id);
      return draw();
    } }, avatar(nameOf(letter.to), false), h("span", { class: "letter-words" },
      h("span", { class: "letter-subject" }, letter.is_read ? null : h("span", { class: "unseen" }, "Unread: "), letter.subject || "(no subject)"),
      h("span", { class: "letter-facts" }, `${letter.sender.replace(/\s*<[^>]*>$/, "")} to ${addressed(letter.to)} · `, h("span", { class: "letter-at" }, when(letter.at)))));
    const does = h("div", { class: "letter-does" }, button("Answer", () => reply(letter)),
      letter.unsubscribe && button("Unsubscribe", () => act(() => api.outside("unsubscribe", { id: letter.id }), `${firstName(letter.to)} unsubscribed with one click.`, notices.announce)),
      button("Let it bounce", () => act(() => api.outside("bounce-letter", { id: letter.id }), "It came back as undeliverable.", notices.announce)));
    const body = () => h("div", { class: "letter-body", tabindex: "0", role: "group", "aria-label": `Letter: ${letter.subject}` }, letterBody(letter, (url) => follow(letter, url)));
    return h("article", { class: `letter ${letter.is_read ? "" : "letter-new"}` }, head, isOpen && body(),
      isOpen && letter.files.length > 0 && h("p", { class: "letter-facts letter-foot" }, `With ${letter.files.join(", ")}`),
      isOpen && letter.done.length > 0 && h("p", { class: "letter-facts letter-foot" }, `${firstName(letter.to)} ${listed(letter.done)}.`), isOpen && does);
  }

  function phoneNode([number, said]) {
    const bubbles = said.map((one) => h("li", { class: one.is_ours ? "text-in" : "text-out" }, h("span", { class: "unseen" }, one.is_ours ? "Received: " : "Sent: "), one.body, h("span", { class: "text-when" }, when(one.at))));
    return h("article", { class: "letter phone" }, h("h3", null, avatar(nameOf(number), false), h("span", null, addressed(number))), h("ol", { class: "texts" }, bubbles), h("div", { class: "letter-does" }, button("Text back", () => textBack(number))));
  }

  const nothing = (words) => ({ key: "none", signature: words, render: () => h("p", { class: "outside-nothing" }, words) });

  function show() {
    reconcile(letters, post.letters.length ? post.letters.map((letter) => ({
      key: `letter-${letter.id}`, signature: JSON.stringify([letter, opened.has(letter.id), nameOf(letter.to), workspace.zone]), render: () => letterNode(letter),
    })) : [nothing("No letters yet. Fill in the website's form, and a letter asks them to confirm; after that a welcome arrives within their working hours.")]);
    const byNumber = new Map();
    for (const text of [...post.texts].reverse()) byNumber.set(text.number, [...(byNumber.get(text.number) ?? []), text]);
    reconcile(texts, byNumber.size ? [...byNumber].map((one) => ({ key: one[0], signature: JSON.stringify([one, nameOf(one[0]), workspace.zone]), render: () => phoneNode(one) }))
      : [nothing("No texts yet. Sequences send them to those who agreed to it, and leads can write first.")]);
  }

  async function draw() {
    await refresh();
    show();
  }

  return { node, title, draw, refresh, news, unread: () => post.letters.filter((letter) => !letter.is_read).length };
}
