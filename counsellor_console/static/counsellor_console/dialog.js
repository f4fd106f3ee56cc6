// A dialog over the screen: the browser keeps the focus inside; Esc closes. Nothing is focused that a stray key could
// choose or press: whoever goes on typing, not knowing of the dialog, does nothing. Afterwards the counsellor writes
// on: in the note where they wrote one, else in the message field.

import { html, useLayoutEffect, useRef } from "../chat/vendor/preact.js";
import { t } from "../chat/words.js";

export function Dialog({ workspace, title, children, wide = false }) {
  const dialog = useRef(null);
  const name = useRef(workspace.dialog.peek());
  // The browser reports a closing a moment later, when another dialog may be open already.
  const closed = () => {
    if (workspace.dialog.value === name.current) workspace.dialog.value = null;
  };
  const cancelled = (event) => {
    event.preventDefault();
    closed();
  };
  useLayoutEffect(() => {
    const box = dialog.current;
    const before = document.activeElement;
    box.showModal();
    focusWithin(box);
    return () => {
      box.close();
      // Chromium gives a field focus while it is still inert, and then types nothing into it: focus it anew.
      document.activeElement?.blur();
      workspace.selection.writeOn(before?.id === "note" ? "note" : "message");
    };
  }, []);
  return html`
    <dialog ref=${dialog} class=${wide ? "dialog is-wide" : "dialog"} aria-labelledby="dialog-title"
      onCancel=${cancelled} onClose=${closed}>
      <div class="dialog-head">
        <h2 id="dialog-title" tabindex="-1">${title}</h2>
        <button type="button" class="button is-plain is-small" onClick=${closed}>${t("dialog.close")}</button>
      </div>
      ${!workspace.online.value && html`<p class="notice is-warning" role="status">${t("error.offline")}</p>`}
      ${children}
    </dialog>`;
}

/** The field that searches, where there is one; else the form itself, from where Tab leads to its first choice. */
function focusWithin(box) {
  const form = box.querySelector("form");
  if (form) form.tabIndex = -1;
  (box.querySelector("input[autofocus]") ?? form ?? box.querySelector("#dialog-title")).focus();
}

/** Radio buttons with words: `options` are {value, label, hint}. */
export function Choices({ name, legend, options, value, onChange, hint = "" }) {
  return html`
    <fieldset class="choices-set">
      <legend>${legend}</legend>
      ${hint && html`<p class="hint">${hint}</p>`}
      <div class="choices-grid">
        ${options.map(
          (option) => html`
          <label key=${option.value} class="choice">
            <input type="radio" name=${name} value=${option.value} checked=${option.value === value}
                   onChange=${() => onChange(option.value)} />
            <span>${option.label}${option.hint && html` <span class="hint">${option.hint}</span>`}</span>
          </label>`,
        )}
      </div>
    </fieldset>`;
}

/** Shown when nothing was chosen. */
export function Missing({ when, children }) {
  return html`<p role="alert">${when && html`<span class="error">${children}</span>`}</p>`;
}
