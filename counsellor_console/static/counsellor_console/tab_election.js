// Several tabs of the console on one computer: all of them work, the one used last rings.

import { signal } from "../chat/vendor/preact.js";

/** Whether this tab is the one that rings. */
export const rings = signal(true);

/** Of two claims the later one counts; of two at once (both tabs were left by the one that rang) the one with the
    larger id. */
export function electRingingTab({
  channel = new BroadcastChannel("miti-console"),
  page = globalThis,
  now = () => Date.now(),
  ringing = rings,
} = {}) {
  const me = crypto.randomUUID();
  let claim = { rings: me, at: 0 };
  const ring = (at = Math.max(now(), claim.at + 1)) => {
    claim = { rings: me, at };
    ringing.value = true;
    channel.postMessage(claim);
  };
  channel.onmessage = ({ data }) => {
    if (data.leaves) return ring(data.at);
    if (data.at < claim.at || (data.at === claim.at && data.rings < claim.rings)) {
      // A tab that did not know this claim, whose clock was put back.
      if (ringing.value) channel.postMessage(claim);
      return;
    }
    claim = data;
    ringing.value = false;
  };
  page.addEventListener("focus", () => ring());
  page.addEventListener("pageshow", () => ring());
  page.addEventListener("pagehide", () => {
    if (ringing.value) channel.postMessage({ leaves: me, at: Math.max(now(), claim.at + 1) });
  });
  ring();
}
