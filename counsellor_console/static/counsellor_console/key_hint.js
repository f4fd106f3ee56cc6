// The key that a button names: with Alt, unless the letter alone is switched on.

import { html } from "../chat/vendor/preact.js";
import { actsAlone } from "./keyboard_shortcuts.js";
import { preferences } from "./preferences.js";

export function KeyHint({ letter }) {
  const alone = preferences.value.singleLetters && actsAlone(letter.toLowerCase());
  return html`<kbd aria-hidden="true">${alone ? letter : `Alt ${letter}`}</kbd>`;
}
