// The time as a signal, so that "3 min" and countdowns move by themselves; only what shows a time is drawn again.

import { html, signal, useComputed } from "../chat/vendor/preact.js";
import { clockTime, exactTime, lasting, remaining } from "./words.js";

export const clock = signal(Date.now());

export function startClock(onTick) {
  return setInterval(() => {
    clock.value = Date.now();
    onTick();
  }, 1000);
}

/** How long since `ms`. */
export function Since({ ms }) {
  const text = useComputed(() => lasting((clock.value - ms) / 1000));
  return html`<time datetime=${new Date(ms).toISOString()} title=${exactTime(ms)}>${text}</time>`;
}

/** How long until `ms`. */
export function Until({ ms }) {
  const text = useComputed(() => remaining((ms - clock.value) / 1000));
  return html`<span>${text}</span>`;
}

export function At({ ms }) {
  return html`<time datetime=${new Date(ms).toISOString()} title=${exactTime(ms)}>${clockTime(ms)}</time>`;
}
