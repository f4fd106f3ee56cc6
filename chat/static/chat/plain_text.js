// Words as people type them, compared as the server compares names (partners/name_search.py): no capital and no accent
// matters.

const LETTERS = { "’": "'", œ: "oe", æ: "ae", ø: "o", ł: "l", đ: "d", ð: "d", ı: "i", ß: "ss" };

/** The text without capitals and accents. */
export function plain(text) {
  const apart = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return apart.replace(/[’œæøłđðıß]/g, (sign) => LETTERS[sign]);
}

/** Whether every word of `wanted` is somewhere in the text. */
export function matches(text, wanted) {
  const where = plain(text);
  return plain(wanted)
    .split(/\s+/)
    .every((word) => where.includes(word));
}
