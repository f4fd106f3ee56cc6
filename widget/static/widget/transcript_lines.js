/* The conversation for its reader, as one list of lines. */

import { GROUPED_WITHIN_MS } from "../chat/thread.js";

export const keyOf = (message) => message && (message.client_id ?? `${message.epoch}:${message.seq}`);

/** Messages, unsent ones and marks. An acknowledged message keeps its key, so that it is read aloud once. */
export function transcriptLines(session) {
  const lines = session.messages.value.map((one) => ({
    kind: one.author,
    key: keyOf(one),
    ...one,
  }));
  for (const mark of [...session.marks.value].reverse()) {
    lines.splice(mark.after, 0, { ...mark, key: `${mark.kind}${mark.at}`, mark: true });
  }
  const unsent = session.items.value.map((one) => ({ kind: "visitor", key: one.client_id, ...one }));
  return [...lines, ...unsent].map((line, i, list) => ({
    ...line,
    first: !isOneGroup(list[i - 1], line),
    last: !isOneGroup(line, list[i + 1]),
  }));
}

function isOneGroup(one, next) {
  if (!one || !next || one.mark || one.kind !== next.kind || !one.state !== !next.state) return false;
  // Two counsellors who write in turns are named each time.
  if (one.alias !== next.alias && one.kind === "counsellor") return false;
  return Date.parse(next.at) - Date.parse(one.at) < GROUPED_WITHIN_MS;
}
