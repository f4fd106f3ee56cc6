/* A text that is too long for one message, as the messages that it makes. Nothing of it is lost. */

import { messageBody } from "./message_body.js";

/** Where to part, the best first: paragraphs, lines, sentences, words. No part is less than half full for it. */
const BREAKS = [/\n\s*\n/g, /\n/g, /[.!?…]\s/g, /\s/g];
/** What belongs to the sign before it. */
const JOINED = /^[\p{M}\p{Emoji_Modifier}\u200d\ufe0f]|\u200d$/u;

/** Nobody reads more in one go. */
const MOST = 10;

/** None: it is too long for all of them. */
export function messageParts(text, limits) {
  const parts = [];
  for (let rest = messageBody(text); rest;) {
    if (parts.length === MOST || rest.length > 2 * MOST * limits.body) return [];
    const end = endOfPart(rest, limits);
    parts.push(rest.slice(0, end).trim());
    rest = messageBody(rest.slice(end));
  }
  return parts.filter(Boolean);
}

function endOfPart(rest, limits) {
  const signs = [...rest];
  let most = Math.min(signs.length, limits.body);
  if (most === signs.length) return rest.length;
  while (most > 1 && (JOINED.test(signs[most]) || signs[most - 1] === "\u200d")) most--;
  const whole = signs.slice(0, most).join("");
  for (const pattern of BREAKS) {
    const last = [...whole.matchAll(pattern)].at(-1);
    if (last && last.index + last[0].length > whole.length / 2) return last.index + last[0].length;
  }
  return whole.length;
}
