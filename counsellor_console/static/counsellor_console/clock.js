// The time as a signal, so that "3 min" and countdowns update by themselves; only what shows a time is drawn again.

import { html, signal, useComputed } from "../chat/vendor/preact.js";
import { clockTime, exactTime, duration, countdown } from "../chat/words.js";

export const clock = signal(Date.now());

/** A visible page never stands still for so long: the laptop slept. */
const SLEPT_MS = 30_000;

/** `onTick` once a second; `onWake` when the page stood still before it and received nothing (each frame sets the
    clock too). */
export function startClock(
  onTick,
  onWake,
  { every = setInterval, now = () => Date.now(), page = globalThis.document } = {},
) {
  return every(() => {
    const slept = now() - clock.value > SLEPT_MS && page.visibilityState === "visible";
    clock.value = now();
    if (slept) onWake();
    onTick();
  }, 1000);
}

/** How long since `ms`. */
export function Since({ ms }) {
  const text = useComputed(() => duration((clock.value - ms) / 1000));
  return html`<time datetime=${new Date(ms).toISOString()} title=${exactTime(ms)}>${text.value}</time>`;
}

/** How long until `ms`. */
export function Until({ ms }) {
  const text = useComputed(() => countdown((ms - clock.value) / 1000));
  return html`<span>${text.value}</span>`;
}

export function At({ ms }) {
  return html`<time datetime=${new Date(ms).toISOString()} title=${exactTime(ms)}>${clockTime(ms)}</time>`;
}
