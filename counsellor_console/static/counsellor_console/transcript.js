// The transcript. A log for screen readers: what is added is read once, in order. It stays at its end unless the
// counsellor has scrolled up; then a button says that there is more below.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../chat/vendor/preact.js";
import { split } from "../chat/links.js";
import { At } from "./clock.js";
import { rank } from "./conversation.js";
import { GROUPED_WITHIN_MS } from "../chat/thread.js";
import { t } from "../chat/words.js";

const NEAR_END_PX = 48;

export function Transcript({ workspace, conversation }) {
  const log = useRef(null);
  const atEnd = useRef(true);
  const height = useRef(0);
  const [below, setBelow] = useState(false);
  const entries = entriesOf(conversation);
  const pending = conversation.pending.value;

  const look = () => {
    const { scrollHeight, scrollTop, clientHeight } = log.current;
    // A small screen shows the list or the tools instead: nothing of it is read.
    if (!clientHeight) return;
    atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    height.current = scrollHeight;
    if (atEnd.current) setBelow(false);
    if (atEnd.current && document.visibilityState === "visible") workspace.read(conversation);
  };
  const toEnd = () => {
    log.current.scrollTop = log.current.scrollHeight;
    look();
  };

  useLayoutEffect(() => {
    // Not atEnd: the browser reports scrolling only with the next drawing, and a message may arrive before it.
    const { scrollTop, clientHeight } = log.current;
    if (!clientHeight) setBelow(!atEnd.current);
    else if (height.current - scrollTop - clientHeight < NEAR_END_PX) toEnd();
    else setBelow(true);
  }, [entries.length, pending.length, conversation.visitorTyping.value]);
  useEffect(() => {
    const resized = new ResizeObserver(() => log.current && (atEnd.current ? toEnd() : look()));
    resized.observe(log.current);
    document.addEventListener("visibilitychange", look);
    return () => {
      resized.disconnect();
      document.removeEventListener("visibilitychange", look);
    };
  }, []);

  const lastOwn = entries.findLast(({ message }) => conversation.isMine(message?.client_id));
  return html`
    <div class="transcript">
      <div class="log" role="log" tabindex="0" aria-label=${t("transcript.label", { number: conversation.number })}
        ref=${log} onScroll=${look}>
        ${entries.map((entry) =>
          entry.line
            ? html`<p key=${entry.key} class="line">${entry.line.text} · <${At} ms=${entry.line.at} /></p>`
            : html`<${Message} key=${entry.key} entry=${entry} conversation=${conversation}
              state=${entry === lastOwn ? stateOf(conversation, entry.message) : ""} />`,
        )}
        ${pending.map(
          (item) => html`<${Pending} key=${item.client_id} workspace=${workspace}
          conversation=${conversation} item=${item} />`,
        )}
        ${conversation.opening.value && html`<p class="line is-opening" aria-live="off">${t("mark.opening")}</p>`}
        ${
          conversation.visitorTyping.value &&
          html`<p class="line is-typing" aria-live="off">${t("transcript.typing")}</p>`
        }
      </div>
      ${
        below &&
        html`<button type="button" class="button is-small below" onClick=${toEnd}>${t("transcript.below")} ↓
      </button>`
      }
    </div>`;
}

function Message({ entry, conversation, state }) {
  const { message, who, first } = entry;
  if (message.author === "system") return html`<p class="line">${message.body}</p>`;
  const side =
    message.author === "visitor"
      ? "visitor"
      : conversation.isMine(message.client_id)
        ? "counsellor"
        : "counsellor is-colleague";
  const lost = message.epoch < conversation.after.epoch;
  return html`
    <div class="message is-${side} ${first ? "is-first" : ""} ${lost ? "is-lost" : ""}">
      <p class=${first ? "message-who" : "visually-hidden"}>
        ${who} <span aria-live="off"><${At} ms=${Date.parse(message.at)} /></span></p>
      <p class="bubble" dir="auto" lang=${conversation.facts.value.language}><${Body} of=${message} /></p>
      ${state && html`<p class="message-state" aria-live="off">${state}</p>`}
    </div>`;
}

/** Read out when it is sent, once; or when it failed. */
function Pending({ workspace, conversation, item }) {
  const failed = item.state === "failed";
  return html`
    <div class="message is-counsellor is-pending ${failed ? "is-failed" : ""}" aria-live=${failed ? null : "off"}>
      <p class="bubble" dir="auto" lang=${conversation.facts.value.language}><${Body} of=${item} /></p>
      ${
        failed
          ? html`<p class="message-state">
            <strong>${t(item.code === "too_long" ? "state.too-long" : "state.failed")}</strong>
            <button type="button" class="button is-plain is-small"
              onClick=${() => workspace.retry(conversation, item.client_id)}>${t("state.retry")}</button>
            <button type="button" class="button is-plain is-small"
              onClick=${() => conversation.takeBack(item.client_id)}>${t("state.take-back")}</button>
          </p>`
          : html`<p class="message-state" aria-live="off">
            ${t(workspace.online.value ? "state.sending" : "state.queued")}</p>`
      }
    </div>`;
}

function Body({ of }) {
  if (of.body === null) return html`<em>${t(unread(of))}</em>`;
  return split(of.body).map((part) =>
    typeof part === "string"
      ? part
      : html`<a href=${part.href} dir="ltr" target="_blank" rel="noopener noreferrer">${part.text}</a>`,
  );
}

/** The key of the words for a text that nobody can read here: not yet, or never. */
export const unread = ({ locked }) => (locked ? "message.locked" : "message.unopened");

/** Messages in order with the page's own lines between them; each message knows whether it begins a turn. */
function entriesOf(conversation) {
  const lines = [...conversation.lines.value];
  const entries = [];
  let before = null;
  const linesUpTo = (place) => {
    while (lines.length && lines[0].after < place) {
      const line = lines.shift();
      entries.push({ key: `line ${line.at} ${line.text}`, line });
      before = null;
    }
  };
  for (const message of conversation.messages.value) {
    linesUpTo(rank(message));
    const who = nameOf(conversation, message);
    const first = before?.who !== who || Date.parse(message.at) - before.at >= GROUPED_WITHIN_MS;
    entries.push({ key: `${message.epoch}:${message.seq}`, message, who, first });
    before = { who, at: Date.parse(message.at) };
  }
  linesUpTo(Infinity);
  return entries;
}

function nameOf(conversation, message) {
  if (message.author === "visitor") return t("who.visitor");
  if (conversation.isMine(message.client_id)) return t("who.me");
  return message.alias ?? t("who.counsellor");
}

function stateOf(conversation, message) {
  if (message.epoch < conversation.after.epoch) return t("state.sent");
  return t(conversation.visitorSaw.value >= message.seq ? "state.seen" : "state.sent");
}
