// Choosing a canned reply: a combobox that filters while one types, with the chosen reply shown in full.

import { html, useEffect, useLayoutEffect, useRef, useState } from "../chat/vendor/preact.js";
import { findReplies } from "./canned_replies.js";
import { guardedIn } from "./text_search.js";
import { t } from "../chat/words.js";

export function CannedPicker({ workspace, conversation, onPick, onLeave }) {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef(null);
  const list = useRef(null);
  const { theme, language } = conversation.facts.value;
  const found = findReplies(workspace.canned.value, { query, theme, language });
  const active = found[Math.min(at, found.length - 1)];

  // Focused before the next key arrives: what is typed right after "/" belongs here.
  useLayoutEffect(() => input.current.focus(), []);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active?.id]);

  const onKeyDown = (event) => {
    const keys = {
      ArrowDown: () => setAt((at + 1) % Math.max(1, found.length)),
      ArrowUp: () => setAt((at - 1 + found.length) % Math.max(1, found.length)),
      Enter: () => active && onPick(active),
      Tab: () => active && onPick(active),
      Escape: () => onLeave(false),
      "/": () => query === "" && onLeave(true),
    };
    if (
      event.isComposing ||
      !keys[event.key] ||
      (event.key === "Tab" && event.shiftKey) ||
      (event.key === "/" && query)
    )
      return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  };

  return html`
    <div class="picker" onFocusOut=${(event) => !event.currentTarget.contains(event.relatedTarget) && onLeave(false)}>
      <div class="picker-head">
        <label for="canned">${t("canned.label")}</label>
        <input id="canned" ref=${input} type="text" role="combobox" autocomplete="off" aria-autocomplete="list"
          aria-expanded=${found.length > 0}
               aria-controls="canned-list" aria-activedescendant=${active ? `canned-${active.id}` : null} value=${query}
                 placeholder=${t("canned.placeholder")}
               onInput=${(event) => {
                 setQuery(event.target.value);
                 setAt(0);
               }} onKeyDown=${onKeyDown} />
        <button type="button" class="button is-plain is-small" onClick=${() => onLeave(false)}>${t("canned.close")}
        </button>
      </div>
      <ul class="picker-list" id="canned-list" role="listbox" aria-label=${t("canned.label")} ref=${list}>
        ${found.map(
          (reply, index) => html`
          <li key=${reply.id} id=${`canned-${reply.id}`} role="option" aria-selected=${reply === active}
            class="picker-option"
              onPointerMove=${() => setAt(index)} onPointerDown=${(event) => {
                event.preventDefault();
                onPick(reply);
              }}>
            <span class="picker-title">${reply.title} <span class="picker-shortcut">/${reply.shortcut}</span></span>
            <span class="picker-body">${reply.body}</span>
            ${
              guardedIn(reply.body, workspace.guarded.value).length > 0 &&
              html`<span class="mark is-warning">
              ${t("guard.reply")}</span>`
            }
          </li>`,
        )}
      </ul>
      <p class="picker-none" role="status">
        ${
          found.length
            ? html`<span class="visually-hidden">${t("canned.count", { n: found.length })}
        </span>`
            : t("canned.none")
        }</p>
    </div>`;
}
