// A phone that is on duty keeps its screen on: asleep, it would hear no offer and lose its conversations. A computer's
// screen locks as its owner wants.

import { effect, signal } from "../chat/vendor/preact.js";

export function keepScreenAwake(
  workspace,
  {
    page = document,
    wakeLock = globalThis.navigator?.wakeLock,
    touch = globalThis.matchMedia?.("(pointer: coarse)"),
  } = {},
) {
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
      // The browser releases it by itself when the page is hidden.
      if (wanted) lock = got;
      else got.release();
    } catch {
      // Low battery, or forbidden: the screen goes off as usual.
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
