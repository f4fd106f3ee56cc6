/* What the page says of the end of a conversation. */

import { has } from "../chat/words.js";

/** Outcomes of a request that nobody accepted. */
const ONLY_WAITED = ["abandoned", "abandoned_short", "full", "unserved"];

/** Nobody is there any more, and nothing is about to end. */
export const NOBODY = { counsellorTyping: false, present: [], lost: [], closing: null };

/** The server's word of the end, with what only this page knows: `waited`, that nobody came, and who left. */
export function endedAs(session, ended) {
  const before = session.ended.value;
  const own = before?.reason === "visitor_left" ? { reason: "visitor_left" } : {};
  const waited =
    session.phase.value === "waiting"
      ? !session.thread.messages.length
      : (before?.waited ?? ONLY_WAITED.includes(ended.outcome));
  return { ...ended, ...own, waited };
}

/** The key of the one sentence that says why it ended. */
export function reasonWords({ reason, waited }) {
  if (waited && reason === "visitor_left") return "reason_left_queue";
  return has(`reason_${reason}`) ? `reason_${reason}` : "reason_technical";
}
