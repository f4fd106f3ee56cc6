/* Turns a notice that coordinators wrote in simple HTML into plain paragraphs. They are shown as text, so that no
   markup is ever parsed. */

const SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
const LINK = /<a\s[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gis;
const END_OF_PARAGRAPH = /<\/(?:p|li|h\d)>|<br\s*\/?>|\n{2,}/i;
const ENTITY = /&(?:#(\d+)|(\w+));/g;

export function paragraphs(html) {
  return (html ?? "")
    .replace(LINK, (_, href, text) => (href.endsWith(text) ? href : `${text} ${href}`))
    .split(END_OF_PARAGRAPH)
    .map((part) =>
      part
        .replace(/<[^>]*>/g, "")
        .replace(ENTITY, character)
        .trim(),
    )
    .filter(Boolean);
}

function character(whole, code, name) {
  return code ? String.fromCodePoint(code) : (SIGNS[name] ?? whole);
}
