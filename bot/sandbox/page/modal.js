/** The app's modal: shows the top view of the stack, sends it in, and shows what was wrong on the fields. */
import { api } from "./api.js";
import { blockNodes } from "./blocks.js";
import { chosenInView } from "./choices.js";
import { openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { allReady, carryOver, valuesOf } from "./inputs.js";
import { plain } from "./mrkdwn.js";

const NO_ANSWER = "The app did not answer in time. What you filled in is still here; try again.";

function showErrors(shown, errors) {
  const wrong = shown.fields.filter((field) => errors[field.block]);
  for (const field of shown.fields) field.mark(errors[field.block]);
  wrong[0]?.focus();
  const known = new Set(shown.fields.map((field) => field.block));
  return Object.entries(errors).filter(([block]) => !known.has(block)).map(([, text]) => text);
}

export function createModalHost(workspace, notices) {
  let shown = null;

  const isOpen = () => shown !== null;

  async function sync() {
    const person = workspace.me.id;
    const { views } = await api.views(person);
    if (person === workspace.me.id) show(views.at(-1) ?? null);
  }

  function leave() {
    notices.home();
    shown?.dialog.close();
    shown = null;
  }

  function show(view) {
    if (!view) return leave();
    const signature = JSON.stringify([view.id, view.title, view.blocks, view.submit, view.close]);
    if (shown?.signature === signature) return undefined;
    const before = shown?.id === view.id ? shown.fields : [];
    shown ??= { dialog: openDialog({ title: "", className: "modal", askToClose: () => cancel() }) };
    Object.assign(shown, { id: view.id, signature, view });
    const focused = document.activeElement?.dataset.action;
    draw(view, before);
    focusFirst(before.length > 0 ? focused : null);
    return undefined;
  }

  function focusFirst(action) {
    const { content, heading } = shown.dialog;
    const again = action && content.querySelector(`[data-action="${CSS.escape(action)}"]`);
    const first = again || content.querySelector(".dialog-body :is(input, select, textarea)");
    heading.tabIndex = -1;
    (first ?? heading).focus();
  }

  function draw(view, before) {
    const fields = [];
    const act = (call) => notices.attempt(() => api.click({ user: workspace.me.id, view_id: view.id, ...call, values: valuesOf(fields) }));
    const ctx = workspace.context({ act, fields, chosen: chosenInView(view), options: workspace.optionsFor({ view_id: view.id }), upload: workspace.keepFile });
    shown.dialog.heading.replaceChildren(...withEmoji(plain(view.title)));
    const body = h("div", { class: "dialog-body" }, blockNodes(view.blocks, ctx));
    const trouble = h("p", { class: "form-trouble", role: "alert" });
    const progress = h("span", { class: "progress", role: "status" });
    const submit = view.submit && h("button", { type: "submit", class: "button primary" }, withEmoji(plain(view.submit)));
    const cancelButton = h("button", { type: "button", class: "button", onclick: () => cancel() }, withEmoji(plain(view.close) || "Cancel"));
    const form = h("form", { novalidate: true }, body, trouble, h("footer", { class: "dialog-foot" }, progress, cancelButton, submit));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (submit && !submit.disabled) send({ submit, trouble, progress });
    });
    carryOver(before, fields);
    shown.fields = fields;
    shown.dialog.content.replaceChildren(form);
  }

  async function send({ submit, trouble, progress }) {
    const { id } = shown;
    submit.disabled = true;
    progress.textContent = "Sending…";
    trouble.textContent = "";
    try {
      await allReady(shown.fields);
      const answer = await api.submit({ user: workspace.me.id, view_id: id, values: valuesOf(shown.fields) });
      await sync();
      if (shown?.id === id) await explain(answer, trouble);
    } catch (error) {
      trouble.textContent = error.message;
    } finally {
      submit.disabled = false;
      progress.textContent = "";
    }
  }

  function explain(answer, trouble) {
    const rest = showErrors(shown, answer.errors ?? {});
    trouble.textContent = answer.problem || rest.join(" ") || (answer.acked === false ? NO_ANSWER : "");
  }

  async function cancel() {
    await notices.attempt(() => api.close({ user: workspace.me.id, view_id: shown.id }));
    await notices.attempt(sync);
  }

  return { sync, leave, isOpen };
}
