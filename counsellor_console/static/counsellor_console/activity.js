// Tells the server that a person uses the page, at most once in a while.

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

/** `tell()` returns whether it was sent; `everyMs()`: for how long that is enough. */
export function watchActivity(tell, everyMs, { page = globalThis, now = () => Date.now() } = {}) {
  let last = -Infinity;
  const used = () => {
    if (now() - last < everyMs()) return;
    if (tell()) last = now();
  };
  for (const sign of SIGNS) page.addEventListener(sign, used, { passive: true, capture: true });
  return used;
}
