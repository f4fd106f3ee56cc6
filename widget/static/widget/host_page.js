/* The page around the frame: the messages between the frame and the loader. They go only to, and come only from, the
   page that opened the frame, under the origin that it gave; alone in a tab there is no such page. */

const { parent } = window;
const address = new URLSearchParams(location.search);
const origin = address.get("origin");
export const embedded = parent !== window && Boolean(origin);
/** The next page of the host has brought the conversation back by itself: nobody looks at it yet. */
export const reduced = embedded && address.has("back");

export function tellHost(type, more = {}) {
  if (embedded) parent.postMessage({ miti: type, ...more }, origin);
}

export function onHostMessage(listener) {
  addEventListener("message", (event) => {
    if (embedded && event.source === parent && event.origin === origin && event.data?.miti) listener(event.data);
  });
}

/** Leaves nothing to see and nothing to return to. It works without the server, whatever else is broken. */
export function quickExit(exit, forget) {
  if (document.documentElement.hidden) return;
  document.documentElement.hidden = true;
  document.title = "";
  try {
    forget();
  } finally {
    document.body.textContent = "";
    tellHost("vanish", { exit });
    if (!embedded) location.replace(exit);
  }
}
