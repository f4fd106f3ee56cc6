/* Reads a notice that coordinators wrote in simple HTML: paragraphs and list items of plain, bold, italic and linked
   text. Everything else is dropped. What is read is shown as text, so that no markup is ever parsed by the browser. */

const SIGNS = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
const PIECE = /<(\/?)(\w+)([^>]*)>|[^<]+|</g;
const HREF = /\shref="((?:https?:|mailto:|tel:)[^"]*)"/i;
const BLOCKS = /^(?:p|br|ul|ol|li|h\d)$/;
const MARKS = { strong: "bold", b: "bold", em: "italic", i: "italic", a: "href" };
const ENTITY = /&(?:#(\d+)|(\w+));/g;

/** `[{ item, parts: [{ text, bold, italic, href }] }]`, in order. */
export function blocks(html) {
  const found = [];
  let block = { parts: [] };
  const marks = {};
  const next = (item) => {
    const parts = block.parts.filter((one) => one.text);
    if (parts.some((one) => one.text.trim())) found.push({ item: block.item, parts });
    block = { item, parts: [] };
  };
  for (const [piece, ending, name, rest] of (html ?? "").matchAll(PIECE)) {
    const tag = name?.toLowerCase();
    if (!tag) block.parts.push({ ...marks, text: piece.replace(ENTITY, character) });
    else if (BLOCKS.test(tag)) next(tag === "li" && !ending);
    else if (MARKS[tag]) marks[MARKS[tag]] = ending ? undefined : tag !== "a" || unescaped(HREF.exec(rest)?.[1]);
  }
  next();
  return found;
}

/** The same as lines of text, with the addresses of links. */
export function paragraphs(html) {
  return blocks(html).map(({ parts }) =>
    parts
      .map(({ text, href }) => (!href ? text : href.endsWith(text) ? href : `${text} ${href}`))
      .join("")
      .trim(),
  );
}

const unescaped = (text) => text?.replace(ENTITY, character);

function character(whole, code, name) {
  return code ? String.fromCodePoint(code) : (SIGNS[name] ?? whole);
}
