// Tells the server that a person uses the page, at most once in a while.

import { computed, signal } from "../chat/vendor/preact.js";

/** When the server was last told that this page is used. */
export const usedAt = signal(Date.now());

/** When a coordinator last asked whether this counsellor is there; it is shown until the page is used. */
export const nudgedAt = signal(-Infinity);

export const isNudged = computed(() => nudgedAt.value > usedAt.value);

/** Whether visitors read that this counsellor, who is available, is not there. */
export function seemsAbsent({ availability, limits }, now) {
  return availability.value.state === "available" && now - usedAt.value > limits.value.absent_after_s * 1000;
}

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

/** `tell()` returns whether it was sent; `everyMs()`: for how long that is enough. */
export function watchActivity(tell, everyMs, { page = globalThis, now = () => Date.now() } = {}) {
  let last = -Infinity;
  const used = () => {
    if (now() - last < everyMs()) return;
    if (tell()) usedAt.value = last = now();
  };
  for (const sign of SIGNS) page.addEventListener(sign, used, { passive: true, capture: true });
  return used;
}
