/* Finds the web addresses in a message, so that both faces can show them as links without ever reading HTML.

   split("Voir https://miti.be/x.") -> ["Voir ", { href: "https://miti.be/x", text: "https://miti.be/x" }, "."]

   Only http and https; a link is opened with rel="noopener noreferrer" in a new tab. */

const SENTENCE = ".,;:!?…·*_~'’";
const OPENED = { "(": ")", "[": "]", "{": "}" };
const ADDRESS = /\b(?:https?:\/\/|www\.)[^\s<>"'«»]+/gi;

export function split(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const found = trim(match[0]);
    const href = safe(found);
    if (!href) continue;
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ href, text: found });
    from = match.index + found.length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The full stop and the closing bracket of the sentence are not the address's. One pass: thousands of them must not keep a page busy. */
function trim(address) {
  const tooMany = { ")": 0, "]": 0, "}": 0 };
  for (const sign of address) {
    if (sign in tooMany) tooMany[sign] += 1;
    else if (sign in OPENED) tooMany[OPENED[sign]] -= 1;
  }
  let end = address.length;
  for (; end; end -= 1) {
    const last = address[end - 1];
    if (tooMany[last] > 0) tooMany[last] -= 1;
    else if (!SENTENCE.includes(last)) break;
  }
  return address.slice(0, end);
}

/** An address that names a user ("https://miti.be@evil.example") shows one host and opens another: left as text. */
function safe(address) {
  try {
    const url = new URL(/^www\./i.test(address) ? `https://${address}` : address);
    return url.hostname.includes(".") && !url.username && !url.password ? url.href : null;
  } catch {
    return null;
  }
}
