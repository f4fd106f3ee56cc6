// The open conversation: its facts, what matters now, the transcript, the message field.

import { html } from "../chat/vendor/preact.js";
import { clock, Until } from "./clock.js";
import { Composer } from "./composer.js";
import { Subject } from "./labels.js";
import { Transcript } from "./transcript.js";
import { KEPT_AFTER_THE_END_MIN } from "./workspace.js";
import { has, t } from "../chat/words.js";

/** Normally the keys are there before a line can be read. */
const KEYS_LATE_MS = 5000;

export function ConversationPanel({ workspace, conversation }) {
  const facts = conversation.facts.value;
  const notes = conversation.unreadNotes.value;
  const elsewhere = workspace.unread.value - conversation.unread.value;
  return html`
    <div class="chat">
      <header class="chat-head">
        <button type="button" class="button is-plain is-small only-small" onClick=${() => {
          workspace.selection.view.value = "list";
        }}>← ${t("chat.back")}${
          elsewhere > 0 &&
          html` · ${elsewhere}<span class="visually-hidden"> ${t("mine.unread", { n: elsewhere })}</span>`
        }</button>
        <h2 class="chat-title" id="chat-title">
          <span class="number" aria-hidden="true">${conversation.number}</span>
          <span class="visually-hidden">${t("conversation", { number: conversation.number })}</span>
          <${Subject} workspace=${workspace} of=${facts} />
        </h2>
        <button type="button" class="button is-small only-narrow"
          aria-expanded=${workspace.selection.view.value === "side"} aria-controls="side"
                onClick=${() => {
                  workspace.selection.view.value = workspace.selection.view.value === "side" ? "chat" : "side";
                }}>
          ${notes ? t("chat.tools-notes", { n: notes }) : t("chat.tools")}
        </button>
      </header>
      <${Now} workspace=${workspace} conversation=${conversation} />
      <${Transcript} workspace=${workspace} conversation=${conversation} />
      ${
        conversation.ended.value
          ? html`<div class="chat-over"><p>${t("chat.over", { n: KEPT_AFTER_THE_END_MIN })}</p>
            <button type="button" class="button is-main" onClick=${() => workspace.remove(conversation.id)}>
              ${t("chat.put-away")}</button></div>`
          : html`<${Composer} workspace=${workspace} conversation=${conversation} />`
      }
    </div>`;
}

/** What matters now, most urgent first; one line each, nothing when all is well. */
function Now({ workspace, conversation }) {
  const { ended, closing, visitor, facts } = conversation;
  const { timebox_min: timebox } = workspace.limits.value;
  const late = timebox > 0 && clock.value - facts.value.acceptedAt > timebox * 60_000;
  const gone = visitor.value.state === "gone";
  return html`
    <div class="chat-now" role="status">
      ${ended.value && html`<p class="notice">${endWords(ended.value.reason)}</p>`}
      ${
        !ended.value &&
        !conversation.unlocked.value &&
        !conversation.opening.value &&
        clock.value - facts.value.acceptedAt > KEYS_LATE_MS &&
        html`<p class="notice is-warning">${t("now.locked")}</p>`
      }
      ${
        !ended.value &&
        gone &&
        html`
        <p class="notice is-warning">
          ${t("now.gone")} ${
            visitor.value.until > 0 &&
            html`${t("now.gone-grace")} <span aria-live="off"><${Until} ms=${visitor.value.until} /></span>.`
          }</p>`
      }
      ${
        !ended.value &&
        closing.value &&
        html`
        <p class="notice is-warning">${t("now.closing")} <span aria-live="off"><${Until} ms=${closing.value.until} />
          </span>. ${t("now.closing-how")}</p>`
      }
      ${
        !ended.value &&
        late &&
        !conversation.practice &&
        html`<p class="notice is-warning">${t("now.late", { n: timebox })}</p>`
      }
    </div>`;
}

function endWords(reason) {
  return t(has(`ended.${reason}`) ? `ended.${reason}` : "ended.unknown");
}
