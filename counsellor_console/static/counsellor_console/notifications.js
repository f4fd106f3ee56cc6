// Shows a notification: by the service worker where there is one, else by the page. On a phone the page may not: its
// browser throws. `able` says honestly what is known of it.

import { signal } from "../chat/vendor/preact.js";

const TAG = "miti-offer";
let registration = null;
let policy = null;

/** Whether this browser shows notifications, once permitted; true until the contrary is known. */
export const able = signal("Notification" in globalThis);

/** `address`: of the service worker. */
export async function prepareNotifications(address) {
  if (!able.value) return;
  try {
    policy ??= globalThis.trustedTypes?.createPolicy("miti", {
      createScriptURL: (url) => (url === address ? url : ""),
    });
    registration = await navigator.serviceWorker.register(policy?.createScriptURL(address) ?? address);
    if (registration.showNotification) return;
  } catch {
    // No service worker, or none in a private window.
  }
  registration = null;
  if (globalThis.Notification.permission !== "granted") able.value = mayBeMade();
}

/** Shows it; returns how to take it back. Never throws. */
export function show(title, body) {
  if (globalThis.Notification?.permission !== "granted") return () => {};
  const options = { body, tag: TAG, silent: true };
  if (!registration) return showByPage(title, options);
  const shown = registration.showNotification(title, options).catch(() => {
    able.value = false;
  });
  return () =>
    shown
      .then(() => registration.getNotifications({ tag: TAG }))
      .then((all) => all.forEach((one) => one.close()))
      .catch(() => {});
}

function showByPage(title, options) {
  try {
    const made = new Notification(title, options);
    made.onclick = () => {
      globalThis.focus();
      made.close();
    };
    return () => made.close();
  } catch {
    able.value = false;
    return () => {};
  }
}

/** Without the permission it shows nothing; where pages may not make any, it throws all the same. */
function mayBeMade() {
  try {
    new Notification("").close();
    return true;
  } catch {
    return false;
  }
}
