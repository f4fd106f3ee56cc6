/* The page around the frame: what the frame tells the loader, and what it may be told. Only the page that opened the
   frame, under the origin that it gave, is spoken to or listened to; alone in a tab there is nobody. */

const { parent } = window;
const origin = new URLSearchParams(location.search).get("origin");
export const embedded = parent !== window && Boolean(origin);

export function tellHost(type, more = {}) {
  if (embedded) parent.postMessage({ miti: type, ...more }, origin);
}

export function onHostMessage(listener) {
  addEventListener("message", (event) => {
    if (embedded && event.source === parent && event.origin === origin && event.data?.miti) listener(event.data);
  });
}

/** Nothing left to see, nothing left to come back to: works without the server, whatever else is broken. */
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
