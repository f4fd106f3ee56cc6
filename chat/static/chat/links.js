/* Finds the web addresses in a message, so that both faces can show them as links without ever reading HTML.

   split("Voir https://miti.be/x.") -> ["Voir ", { href: "https://miti.be/x", text: "https://miti.be/x" }, "."]

   Only http and https; a link is opened with rel="noopener noreferrer" in a new tab. What is shown is what opens: no
   link in a text that changes the order of its signs, no sign in an address that nobody sees, and hosts as they are
   asked for (punycode). */

const SENTENCE = ".,;:!?…·*_~'’";
const BRACKETS = ")]}([{";
const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'«»]+/gi;

/** Overrides, embeddings and isolates of the writing direction. */
const REORDERED = /[\u202a-\u202e\u2066-\u2069]/;
const UNSEEN = /[\p{Cc}\p{Cf}\p{DI}]/gu;
const HOST = /^(https?:\/\/|)([^/?#\\:]+)/i;

export function split(text) {
  if (REORDERED.test(text)) return [text];
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = trim(match[0]);
    const link = safe(found.replace(UNSEEN, ""));
    if (!link) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(link);
    from = match.index + found.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The full stop and the closing bracket of the sentence are not part of the address. One pass: thousands of them must
    not keep a page busy. */
function trim(address) {
  const over = [0, 0, 0];
  for (const sign of address) {
    const kind = BRACKETS.indexOf(sign);
    if (kind >= 0) over[kind % 3] += kind < 3 ? 1 : -1;
  }
  let end = address.length;
  for (; end; end -= 1) {
    const kind = BRACKETS.indexOf(address[end - 1]);
    if (over[kind] > 0) over[kind] -= 1;
    else if (!SENTENCE.includes(address[end - 1])) break;
  }
  return address.slice(0, end);
}

/** An address that names a user ("https://miti.be@evil.example") shows one host and opens another: left as text. */
function safe(address) {
  try {
    const url = new URL(/^www\./i.test(address) ? `https://${address}` : address);
    if (!url.hostname.includes(".") || url.username || url.password) return null;
    const asWritten = (host) => (host.toLowerCase() === url.hostname ? host : url.hostname);
    return { href: url.href, text: address.replace(HOST, (_, scheme, host) => scheme + asWritten(host)) };
  } catch {
    return null;
  }
}
