// Comparing and searching words as people type them: no case, no accents.

export function normalized(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The guarded words (institutions, people) that `text` names, as the server wrote them; whole words only. */
export function guardedIn(text, guarded) {
  if (!text || !guarded.length) return [];
  const words = ` ${normalized(text)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()} `;
  return guarded.filter((name) => {
    const wanted = normalized(name)
      .replace(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
    return wanted && words.includes(` ${wanted} `);
  });
}

/** The parts of a filter, all of which must occur somewhere in `haystack`. */
export function matches(haystack, query) {
  const where = normalized(haystack);
  return normalized(query)
    .split(/\s+/)
    .every((part) => where.includes(part));
}
