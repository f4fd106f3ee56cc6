// Notes between counsellors. They have a place, a colour, a border and a field of their own, far from the message
// field, so that nobody writes to a visitor what was meant for a colleague.

import { html, useEffect, useLayoutEffect, useRef } from "../chat/vendor/preact.js";
import { At } from "./clock.js";
import { noteRank } from "./conversation.js";
import { unread } from "./transcript.js";
import { t } from "../chat/words.js";

export function Notes({ workspace, conversation }) {
  const field = useRef(null);
  const section = useRef(null);
  const notes = conversation.notes.value;

  useLayoutEffect(() => {
    if (workspace.selection.takesFocus(conversation, "note")) field.current.focus();
  }, [workspace.selection.attention.value]);
  useEffect(() => {
    const seen = section.current.offsetParent !== null;
    if (seen) conversation.readNotes();
  }, [notes.length, workspace.selection.view.value]);

  const keep = (event) => {
    event.preventDefault();
    workspace.note(conversation);
    field.current.focus();
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) keep(event);
    if (event.key === "Escape") workspace.selection.select(conversation.id);
  };
  return html`
    <section class="notes" ref=${section} aria-labelledby="notes-title">
      <h2 class="notes-title" id="notes-title">${t("notes.title")}</h2>
      <p class="notes-hint">${t("notes.hint")}</p>
      <div class="notes-log" role="log" aria-labelledby="notes-title"><ul class="notes-list">
        ${notes.map(
          (note) => html`
          <li key=${noteRank(note)} class="note"><p class="note-who"><strong>${note.author_name || t("who.counsellor")}
          </strong> <${At} ms=${Date.parse(note.at)} /></p><p class="note-body" dir="auto">
          ${note.body ?? html`<em>${t(unread(note))}</em>`}</p></li>`,
        )}
      </ul></div>
      ${
        !conversation.ended.value &&
        html`
        <form onSubmit=${keep} class="notes-form">
          <label class="visually-hidden" for="note">${t("notes.label")}</label>
          <textarea id="note" dir="auto" autocomplete="off" ref=${field} rows="2" value=${conversation.noteDraft.value}
            maxlength=${workspace.limits.value.body} placeholder=${t("notes.placeholder")} onInput=${(event) => {
              conversation.noteDraft.value = event.target.value;
            }} onKeyDown=${onKeyDown}></textarea>
          <button type="submit" class="button is-small">${t("notes.keep")}</button>
        </form>`
      }
    </section>`;
}
