// What this counsellor prefers on this computer: switches only, never texts.

import { effect, signal } from "../chat/vendor/preact.js";

const KEY = "miti-console";
/** `singleLetters`: shortcuts without Alt act only for who has switched them on. */
const DEFAULTS = { sound: true, notifications: true, singleLetters: false };

export const preferences = signal({ ...DEFAULTS, ...stored() });

export function prefer(change) {
  preferences.value = { ...preferences.value, ...change };
}

export function rememberPreferences() {
  return effect(() => {
    const text = JSON.stringify(preferences.value);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Storage is forbidden or full: the switches hold until the page is left.
    }
  });
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}
