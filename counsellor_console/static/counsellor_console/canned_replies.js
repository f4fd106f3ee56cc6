// Canned replies: which ones match what is typed after "/", and how one becomes a message.

import { matches, plain } from "../chat/plain_text.js";

/**
 * * The replies that match `query`, best first: those of the conversation's language (any other only if it has none),
 * a shortcut that begins with the query before a title, the conversation's theme before the general ones.
 */
export function findReplies(replies, { query, theme, language }) {
  const spoken = replies.filter((reply) => reply.language === language);
  const wanted = plain(query.trim());
  return (spoken.length ? spoken : replies)
    .filter((reply) => !wanted || matches(`${reply.shortcut} ${reply.title} ${reply.body}`, wanted))
    .map((reply) => ({ reply, rank: rankOf(reply, wanted, theme) }))
    .sort((a, b) => a.rank - b.rank || a.reply.title.localeCompare(b.reply.title))
    .map(({ reply }) => reply);
}

function rankOf(reply, wanted, theme) {
  const byTheme = reply.theme === theme ? 0 : reply.theme ? 2 : 1;
  if (!wanted) return byTheme;
  if (plain(reply.shortcut) === wanted) return byTheme - 20;
  if (plain(reply.shortcut).startsWith(wanted)) return byTheme - 10;
  return byTheme + (plain(reply.title).includes(wanted) ? 0 : 10);
}

/** The reply's text with {theme} and {time} filled in from `values`; what the counsellor must fill stays in
    [brackets]. */
export function fillReply(body, values) {
  return body.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Where the first [thing to fill in] is: {start, end}, or null. */
export function firstGap(text, from = 0) {
  const found = /\[[^\]\n]{1,60}\]/.exec(text.slice(from));
  return found ? { start: from + found.index, end: from + found.index + found[0].length } : null;
}
