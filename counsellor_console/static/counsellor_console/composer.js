// The message field: Enter sends, Shift+Enter makes a line, "/" at the start of a line opens the canned replies. A
// message that names an institution or a person is held back once (reciprocal anonymity): sending it again sends it.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../chat/vendor/preact.js";
import { fillReply, firstGap } from "./canned_replies.js";
import { CannedPicker } from "./canned_picker.js";
import { labelOf } from "./labels.js";
import { guardedIn } from "./text_search.js";
import { messageBody } from "../chat/message_body.js";
import { t } from "../chat/words.js";

const TYPING_STOPS_MS = 5_000;
const touch = globalThis.matchMedia?.("(pointer: coarse)");

export function Composer({ workspace, conversation }) {
  const field = useRef(null);
  const stop = useRef(0);
  const [picking, setPicking] = useState(false);
  const [warnedOf, setWarnedOf] = useState("");
  const draft = conversation.draft.value;
  const named = guardedIn(draft, workspace.guarded.value);
  const over = [...draft].length - workspace.limits.value.body;

  useLayoutEffect(() => {
    if (workspace.selection.takesFocus(conversation, "message")) field.current.focus();
  }, [workspace.selection.attention.value]);
  useEffect(
    () => () => {
      clearTimeout(stop.current);
      workspace.typing(conversation, false);
    },
    [],
  );
  // The height follows the text, and the space that the button and the window leave.
  useLayoutEffect(() => grow(field.current));
  useEffect(() => {
    const resized = () => grow(field.current);
    addEventListener("resize", resized);
    return () => removeEventListener("resize", resized);
  }, []);
  useEffect(() => {
    const pick = () => setPicking(true);
    document.addEventListener("console:canned", pick);
    return () => document.removeEventListener("console:canned", pick);
  }, []);

  const change = (text) => {
    conversation.draft.value = text;
    clearTimeout(stop.current);
    workspace.typing(conversation, messageBody(text) !== "");
    stop.current = setTimeout(() => workspace.typing(conversation, false), TYPING_STOPS_MS);
  };
  const send = () => {
    const text = messageBody(conversation.draft.value);
    field.current.focus();
    if (!text || over > 0) return;
    if (named.length && warnedOf !== text) return setWarnedOf(text);
    clearTimeout(stop.current);
    workspace.say(conversation, text);
    setWarnedOf("");
  };
  const onKeyDown = (event) => {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Enter" && !event.shiftKey && !touch?.matches) {
      event.preventDefault();
      // A key that is held down would send the message that is held back.
      if (!event.repeat) send();
    } else if (event.key === "/" && atLineStart(field.current)) {
      event.preventDefault();
      setPicking(true);
    }
  };
  const insert = (reply) => {
    setPicking(false);
    const box = field.current;
    if (!box) return;
    const { themes } = workspace.codes.value;
    const text = reply && fillReply(reply.body, { theme: labelOf(themes, conversation.facts.value.theme) });
    box.focus();
    if (!text) return;
    const from = box.selectionStart;
    change(draft.slice(0, from) + text + draft.slice(box.selectionEnd));
    requestAnimationFrame(() => {
      const gap = firstGap(box.value, from);
      if (gap && gap.end <= from + text.length) box.setSelectionRange(gap.start, gap.end);
      else box.setSelectionRange(from + text.length, from + text.length);
    });
  };
  /** Esc in the picker: the "/" was meant as a character. */
  const leave = (typed) => {
    const box = field.current;
    // The field was removed with its conversation: its picker loses the focus afterwards.
    if (!box) return;
    setPicking(false);
    box.focus();
    if (typed) change(`${draft.slice(0, box.selectionStart)}/${draft.slice(box.selectionEnd)}`);
  };

  const warned = named.length > 0 && warnedOf === draft.trim();
  const again = warned && html`<strong>${t("guard.again")}</strong>`;
  return html`
    <div class="composer">
      ${
        picking &&
        html`<${CannedPicker} workspace=${workspace} conversation=${conversation} onPick=${insert} onLeave=${leave} />`
      }
      <div id="composer-warning" role="status">
        ${
          named.length > 0 &&
          html`<p class="notice is-warning">
            ${t("guard.warning", { names: named.map((name) => t("guard.name", { name })).join(", ") })} ${again}
          </p>`
        }
        ${over > 0 && html`<p class="notice is-warning">${t("composer.too-long", { n: over })}</p>`}
      </div>
      <form class="composer-row" onSubmit=${(event) => {
        event.preventDefault();
        send();
      }}>
        <label class="visually-hidden" for="message">${t("composer.label", { number: conversation.number })}</label>
        <textarea id="message" dir="auto" lang=${conversation.facts.value.language} autocomplete="off"
                  ref=${field} rows="1"
                  value=${draft} placeholder=${t("composer.placeholder")}
          aria-describedby="composer-hint composer-warning"
                  onInput=${(event) => change(event.target.value)} onKeyDown=${onKeyDown}></textarea>
        <button type="submit" class="button is-main">
          ${t(warned ? "composer.send-anyway" : "composer.send")}</button>
      </form>
      <p class="composer-hint" id="composer-hint">
        <span class="only-keyboard">${t("composer.hint")}</span>
        <button type="button" class="button is-plain is-small" onClick=${() => setPicking(true)}>${t("canned.open")}
        </button>
      </p>
    </div>`;
}

function atLineStart(box) {
  return box.selectionStart === 0 || box.value[box.selectionStart - 1] === "\n";
}

function grow(box) {
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
}
