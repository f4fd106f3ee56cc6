// Tells the server that somebody is really there: while the page is used, at most once in a while.

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

/** `tell()` says whether it was heard; `everyMs()`: how long it is good for. */
export function watchActivity(tell, everyMs, { page = globalThis, now = () => Date.now() } = {}) {
  let last = -Infinity;
  const used = () => {
    if (now() - last < everyMs()) return;
    if (tell()) last = now();
  };
  for (const sign of SIGNS) page.addEventListener(sign, used, { passive: true, capture: true });
  return used;
}
