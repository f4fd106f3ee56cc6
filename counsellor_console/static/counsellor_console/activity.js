// Tells the server that somebody is really there: while the page is used, at most every 30 seconds.

const EVERY_MS = 30_000;
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchstart"];

export function watchActivity(tell, { page = globalThis, now = () => Date.now() } = {}) {
  let last = -Infinity;
  const used = () => {
    if (now() - last < EVERY_MS) return;
    if (tell()) last = now();
  };
  for (const sign of SIGNS) page.addEventListener(sign, used, { passive: true, capture: true });
  return used;
}
