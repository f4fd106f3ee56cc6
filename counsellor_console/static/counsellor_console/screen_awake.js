// A phone that is on duty keeps its screen on: asleep, it would hear no offer and lose its conversations. A computer's
// screen locks as its owner wants.

import { effect, signal } from "../chat/vendor/preact.js";

const device = () => ({
  wakeLock: globalThis.navigator?.wakeLock,
  touch: globalThis.matchMedia?.("(pointer: coarse)"),
});

/** The device has just refused to keep its screen on. */
const refused = signal(false);

/** What becomes of this device's screen while the counsellor is on duty: it is "kept" on, may go "dark", or is a
    "computer"'s. */
export function screenState({ wakeLock, touch } = device()) {
  if (!touch?.matches) return "computer";
  return wakeLock && !refused.value ? "kept" : "dark";
}

export function keepScreenAwake(workspace, { page = document, wakeLock, touch } = device()) {
  if (!wakeLock || !touch?.matches) return;
  const visible = signal(page.visibilityState === "visible");
  let wanted = false;
  let lock = null;
  page.addEventListener("visibilitychange", () => {
    visible.value = page.visibilityState === "visible";
  });
  const follow = async () => {
    if (!wanted) return void lock?.release();
    try {
      const got = await wakeLock.request("screen");
      refused.value = false;
      // The browser releases it by itself when the page is hidden.
      if (wanted) lock = got;
      else got.release();
    } catch {
      // Low battery, or forbidden: the screen goes off as usual.
      refused.value = true;
    }
  };
  effect(() => {
    const onDuty = workspace.availability.value.state === "available" || workspace.active.value.length > 0;
    const now = onDuty && visible.value && workspace.connection.value.name !== "ended";
    if (now === wanted) return;
    wanted = now;
    follow();
  });
}
