// The left column: the counsellor's conversations, then the queue of those that they could take.

import { html } from "../chat/vendor/preact.js";
import { Since } from "./clock.js";
import { KeyHint } from "./key_hint.js";
import { Subject } from "./labels.js";
import { t } from "../chat/words.js";

export function ConversationLists({ workspace }) {
  return html`
    <nav class="console-lists" aria-label=${t("lists.label")}>
      <section aria-labelledby="mine">
        <h2 id="mine" class="list-title">${t("mine.title")} <span class="list-count">
          ${t("mine.count", { n: workspace.active.value.length, capacity: workspace.availability.value.capacity })}
          </span></h2>
        ${
          workspace.conversations.value.length
            ? html`<ul class="list">
              ${workspace.conversations.value.map(
                (one) => html`<${Mine} key=${one.id} workspace=${workspace}
                conversation=${one} />`,
              )}</ul>`
            : html`<p class="list-empty">${t("mine.empty")}</p>`
        }
      </section>
      <${Queue} workspace=${workspace} />
    </nav>`;
}

function Mine({ workspace, conversation }) {
  const selected = workspace.selection.selected.value === conversation.id;
  const unread = conversation.unread.value;
  const last = conversation.messages.value.at(-1);
  const { language } = conversation.facts.value;
  return html`
    <li>
      <button type="button" class="mine ${unread ? "has-unread" : ""}" aria-current=${selected ? "true" : null}
        onClick=${() => workspace.selection.select(conversation.id)}>
        <span class="number" aria-hidden="true">${conversation.number}</span>
        <span class="mine-words">
          <span class="visually-hidden">${t("conversation", { number: conversation.number })} </span>
          ${
            last &&
            html`
            <span class="mine-line">
              <span class="mine-last" dir="auto" lang=${last.author === "system" ? null : language}>${last.body}</span>
              ${
                unread > 0 &&
                html`<span class="unread">${unread}<span class="visually-hidden"> ${t("mine.unread", { n: unread })}
                </span></span>`
              }
            </span>`
          }
          <${Subject} workspace=${workspace} of=${conversation.facts.value} />
          <${Mark} conversation=${conversation} />
        </span>
      </button>
    </li>`;
}

/** The most important fact about a conversation now. */
function Mark({ conversation }) {
  const { opening, ended, visitor, visitorTyping, waitingSince, unreadNotes, draft, facts } = conversation;
  if (opening.value) return html`<span class="mark">${t("mark.opening")}</span>`;
  if (ended.value) return html`<span class="mark">${t("mark.ended")}</span>`;
  if (visitor.value.state === "gone") return html`<span class="mark is-warning">${t("mark.gone")}</span>`;
  if (waitingSince.value)
    return html`<span class="mark is-warm">${t("mark.waiting")} <${Since} ms=${waitingSince.value} /></span>`;
  if (unreadNotes.value) return html`<span class="mark is-warm">${t("mark.note")}</span>`;
  if (visitorTyping.value) return html`<span class="mark">${t("mark.typing")}</span>`;
  if (draft.value.trim()) return html`<span class="mark">${t("mark.draft")}</span>`;
  if (facts.value.role === "guest") return html`<span class="mark">${t("mark.guest")}</span>`;
  return html`<span class="mark">${t("mark.answered")}</span>`;
}

function Queue({ workspace }) {
  const queue = workspace.others.value;
  return html`
    <section aria-labelledby="queue">
      <h2 id="queue" class="list-title">${t("queue.title")} <span class="list-count">${queue.length}</span></h2>
      ${
        queue.length
          ? html`<ol class="list">
            ${queue.map(
              (entry, at) => html`<${Waiting} key=${entry.conversation} workspace=${workspace} entry=${entry}
              first=${at === 0} />`,
            )}</ol>`
          : html`<p class="list-empty">${t(workspace.ringing.value.length ? "queue.nobody-else" : "queue.empty")}</p>`
      }
    </section>`;
}

function Waiting({ workspace, entry, first }) {
  return html`
    <li class="waiting">
      <span class="waiting-words" id=${`waiting-${entry.conversation}`}>
        <${Subject} workspace=${workspace} of=${entry} />
        <span class="mark">${t("waits")} <${Since} ms=${entry.since} />
          ${entry.priority > 0 ? html` · ${t("queue.priority")}` : ""}</span>
      </span>
      <button type="button" class="button is-small" onClick=${() => workspace.take(entry.conversation)}
        aria-describedby=${`waiting-${entry.conversation}`} aria-keyshortcuts=${first ? "Alt+P" : null}>
        ${t("queue.take")}${first && html` <${KeyHint} letter="P" />`}
      </button>
    </li>`;
}
