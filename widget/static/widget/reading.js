/* The room is not empty: a counsellor is there and has not written yet. Nothing is said of one who is not connected. */

import { t } from "../chat/words.js";

export function readingWords({ phase, link, present, lost, messages, items, counsellorTyping }) {
  const there = present.value.filter((one) => !lost.value.includes(one));
  const wrote = ({ author, alias }) => author === "counsellor" && (!alias || there.includes(alias));
  if (phase.value !== "active" || link.value !== "open" || !there.length) return "";
  if (counsellorTyping.value || messages.value.some(wrote)) return "";
  const asked = items.value.length || messages.value.some(({ author }) => author === "visitor");
  return t(asked ? "reading" : "reading_first");
}
