// Several tabs of the console on one computer: all of them work, the one used last rings.

import { signal } from "../chat/vendor/preact.js";

/** Whether this tab is the one that rings. */
export const rings = signal(true);

export function shareRinging({ channel = new BroadcastChannel("miti-console"), page = globalThis } = {}) {
  const me = crypto.randomUUID();
  const claim = () => {
    rings.value = true;
    channel.postMessage({ rings: me });
  };
  channel.onmessage = ({ data }) => {
    if (data.rings && data.rings !== me) rings.value = false;
    if (data.leaves) claim();
  };
  page.addEventListener("focus", claim);
  page.addEventListener("pageshow", claim);
  page.addEventListener("pagehide", () => {
    if (rings.value) channel.postMessage({ leaves: me });
  });
  claim();
}
