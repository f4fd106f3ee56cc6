// Alerts the counsellor by sound, vibration, title and desktop notification. None of them shows what anybody wrote or
// asked.

import { effect } from "../chat/vendor/preact.js";
import { isNudged } from "./activity.js";
import { show } from "./notifications.js";
import { preferences } from "./preferences.js";
import { chime, tap } from "./sound.js";
import { rings } from "./tab_election.js";
import { t } from "../chat/words.js";

const RING_EVERY_MS = 4_000;
const VIBRATION_MS = [200, 100, 200];

export function watchOffers(workspace) {
  let timer = null;
  let takeBack = null;
  effect(() => {
    const ringing = workspace.ringing.value.length > 0 && rings.value;
    if (ringing && timer === null) {
      ring();
      timer = setInterval(ring, RING_EVERY_MS);
      takeBack = notification();
    } else if (!ringing && timer !== null) {
      clearInterval(timer);
      timer = null;
      takeBack?.();
      takeBack = null;
    }
  });
  effect(() => {
    if (!isNudged.value || !rings.peek()) return;
    ring();
    show(t("notification.title"), t("nudged"));
  });
  effect(() => {
    const offers = workspace.ringing.value.length;
    const unread = workspace.unread.value;
    if (offers) document.title = t("title.offer", { n: offers });
    else document.title = unread ? t("title.unread", { n: unread }) : t("title.plain");
  });
}

/** A soft sound for a message in a conversation that the counsellor does not see. */
export function watchMessages(workspace) {
  let before = 0;
  effect(() => {
    const unread = workspace.unread.value;
    if (unread > before && rings.peek() && preferences.peek().sound) tap();
    before = unread;
  });
}

function ring() {
  if (preferences.peek().sound) chime();
  // A phone in a pocket or on silent; ignored by the others, and before the first touch.
  globalThis.navigator?.vibrate?.(VIBRATION_MS);
}

function notification() {
  if (!preferences.peek().notifications || document.visibilityState === "visible") return null;
  return show(t("notification.title"), t("notification.body"));
}
