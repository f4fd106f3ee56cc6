// The console by keyboard. Alt with a letter works everywhere, also while writing, unless it writes a sign there, as on
// a Mac; the letter alone works outside text fields, only for who has switched that on (WCAG 2.1.4), and never does
// what cannot be undone. Letters that browsers keep for themselves with Alt (D, E, F) are left out.

import { preferences } from "./preferences.js";

/** In the order of the "?" sheet: [key, name of the action]; the words are `keys.<name>`. */
export const SHORTCUTS = [
  ["a", "accept"],
  ["r", "refuse"],
  ["p", "take"],
  ["ArrowDown", "next"],
  ["ArrowUp", "previous"],
  ["n", "waiting"],
  ["m", "write"],
  ["/", "canned"],
  ["o", "note"],
  ["t", "transfer"],
  ["i", "invite"],
  ["c", "close"],
  ["?", "help"],
];

const BY_KEY = Object.fromEntries(SHORTCUTS);

/** A refused offer is gone for good. */
const NEVER_BY_LETTER_ALONE = ["refuse"];

export function isTyping(target) {
  return Boolean(target?.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]"));
}

/** The action that a key press asks for, or undefined. */
export function actionOf(event, { letters = false, layout = null, writing = isTyping(event.target) } = {}) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.repeat) return undefined;
  if (event.altKey && writing) return BY_KEY[plain(event.key)];
  if (event.altKey) return BY_KEY[letterOf(event, layout)];
  if (!letters || isTyping(event.target)) return undefined;
  const key = event.key.length === 1 ? event.key.toLowerCase() : "";
  return actsAlone(key) ? BY_KEY[key] : undefined;
}

/** Whether the letter may do without Alt, once letters alone are switched on. */
export function actsAlone(letter) {
  return letter in BY_KEY && !NEVER_BY_LETTER_ALONE.includes(BY_KEY[letter]);
}

/** A message field can vanish while one types (the conversation was released): further keys, until a pause, are no
    shortcuts. */
const STILL_WRITING_MS = 1_500;

export function onShortcut(
  actions,
  { page = document, now = () => Date.now(), keyboard = globalThis.navigator?.keyboard } = {},
) {
  let wroteAt = -Infinity;
  let layout = null;
  keyboard?.getLayoutMap().then(
    (map) => {
      layout = map;
    },
    () => {},
  );
  page.addEventListener("keydown", (event) => {
    const writing = now() - wroteAt <= STILL_WRITING_MS;
    const typing = writing || isTyping(event.target);
    if (typing && isText(event)) wroteAt = now();
    if (event.defaultPrevented || page.querySelector("dialog[open]")) return;
    const letters = preferences.value.singleLetters && !writing;
    const action = actionOf(event, { letters, layout, writing: typing });
    if (!action) return;
    event.preventDefault();
    actions[action]();
  });
}

/** With Alt, a letter or a sign of ours is a shortcut; whatever else Alt makes of a key ("œ", "æ" on a Mac) is text. */
function isText({ key, altKey, ctrlKey, metaKey }) {
  if (ctrlKey || metaKey || (altKey && plain(key) in BY_KEY)) return false;
  return key.length === 1 || key === "Backspace" || key === "Dead";
}

function plain(key) {
  return key.length === 1 ? key.toLowerCase() : key;
}

/** On a Mac, Alt changes the character: while nobody writes, the key's position gives the letter, by the keyboard's
    layout (AZERTY) where the browser knows it. */
function letterOf({ key, code }, layout) {
  if (/^[a-z]$/i.test(key)) return key.toLowerCase();
  const letter = layout?.get(code);
  if (letter && /^[a-z]$/.test(letter)) return letter;
  return /^Key[A-Z]$/.test(code ?? "") ? code.slice(3).toLowerCase() : key;
}
