// The "?" sheet: every shortcut, and the switch for those of one letter.

import { html } from "../chat/vendor/preact.js";
import { Dialog } from "./dialog.js";
import { SHORTCUTS } from "./keyboard_shortcuts.js";
import { prefer, preferences } from "./preferences.js";
import { t } from "../chat/words.js";

const SIGNS = { ArrowDown: "↓", ArrowUp: "↑" };

export function HelpDialog({ workspace }) {
  return html`
    <${Dialog} workspace=${workspace} title=${t("help.title")}>
      <p class="hint">${t("help.text")}</p>
      <dl class="shortcuts">
        ${SHORTCUTS.map(
          ([key, name]) => html`<div key=${name}><dt>${signs(key)}</dt><dd>${t(`keys.${name}`)}</dd>
          </div>`,
        )}
        <div><dt><kbd>${t("key.enter")}</kbd></dt><dd>${t("keys.send")}</dd></div>
        <div><dt><kbd>${t("key.shift")}</kbd> <kbd>${t("key.enter")}</kbd></dt><dd>${t("keys.line")}</dd></div>
        <div><dt><kbd>${t("key.escape")}</kbd></dt><dd>${t("keys.escape")}</dd></div>
      </dl>
      <label class="choice">
        <input type="checkbox" checked=${preferences.value.singleLetters}
          onChange=${(event) => prefer({ singleLetters: event.target.checked })} />
        <span>${t("help.letters")}</span></label>
      <p><a href=${`${document.body.dataset.accessibility}?lang=${document.documentElement.lang}`} target="_blank"
        rel="noopener">${t("help.accessibility")}</a></p>
    <//>`;
}

function signs(key) {
  if (key === "/") return html`<kbd>${key}</kbd>`;
  return html`<kbd>Alt</kbd> <kbd>${SIGNS[key] ?? key.toUpperCase()}</kbd>`;
}
