// Names that a visitor is not to read, looked for in what a counsellor writes.

import { plain } from "../chat/plain_text.js";

/** The guarded words (institutions, people) that `text` names, as the server wrote them; whole words only. */
export function guardedIn(text, guarded) {
  if (!text || !guarded.length) return [];
  const words = ` ${lettersOf(text)} `;
  return guarded.filter((name) => {
    const wanted = lettersOf(name);
    return wanted && words.includes(` ${wanted} `);
  });
}

function lettersOf(text) {
  return plain(text)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
