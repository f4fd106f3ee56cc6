/* What of a field is sent as a message. The Python twin, for tests: tests/visible_text.py. */

// Separators, controls, format characters, what is ignored when it is drawn, and blanks of braille, hieroglyphs, music.
const VISIBLE = /[^\p{Z}\p{Cc}\p{Cf}\p{DI}\u2800\u{13430}-\u{1345F}\u{1D159}]/u;

/** Without the spaces around it; empty when no character of it can be seen. Halves of pairs of UTF-16 are replaced: no
    server can read a frame that holds one. */
export const messageBody = (text) => (VISIBLE.test(text) ? text.trim().replace(/\p{Cs}/gu, "\ufffd") : "");
