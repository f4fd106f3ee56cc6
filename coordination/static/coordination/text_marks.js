// What a button of the text editor changes. Pure: a text and its selection in, the new words and selection out.
//
// An edit is { from, to, words, select: [from, to] }: what is replaced, by what, and what is selected afterwards.

const EMPHASIS = { "**": 2, "*": 1 };

/** `before` and `after` around what is selected, or away; on each line of its own, since marks end with their line. */
export function surround(value, from, to, before, after) {
  const marks = EMPHASIS[before] ? toggleStars : toggleBrackets;
  if (!value.slice(from, to).includes("\n")) return marks(value, from, to, before, after);
  const begins = value.lastIndexOf("\n", from - 1) + 1;
  const first = from - begins <= itemMark(value, begins) ? begins : from;
  const lines = value.slice(first, to).split("\n");
  const inner = lines.map((line) => {
    const item = line.startsWith("- ") ? 2 : 0;
    const words = line.slice(item);
    return [line.slice(0, item) + words.slice(0, words.length - words.trimStart().length), words.trim()];
  });
  const isMarked = (words) => marks(words, 0, words.length, before, after).words.length < words.length;
  const filled = inner.filter(([, words]) => words);
  const all = filled.length > 0 && filled.every(([, words]) => isMarked(words));
  const words = inner
    .map(([lead, line]) => lead + (line && isMarked(line) === all ? whole(line, marks, before, after) : line))
    .join("\n");
  return { from: first, to, words, select: [first, first + words.length] };
}

function itemMark(value, begins) {
  return value.startsWith("- ", begins) ? 2 : 0;
}

/** The line after the edit. */
function whole(line, marks, before, after) {
  const { from, to, words } = marks(line, 0, line.length, before, after);
  return line.slice(0, from) + words + line.slice(to);
}

/** Bold is two stars, italic one, both three. */
function toggleStars(value, from, to, mark) {
  const bit = EMPHASIS[mark];
  if (from === to && isAtEndOf(value, from, bit)) return go(from + runAfter(value, from));
  // Stars that are selected with the words are marks as those beside them.
  const [, left, , right] = /^(\**)([^*]+)(\**)$/.exec(value.slice(from, to)) ?? [, "", "", ""];
  const edge = Math.min(left.length, right.length);
  const start = from + edge;
  const end = to - edge;
  const around = Math.min(runBefore(value, start), runAfter(value, end), 3);
  const stars = "*".repeat(around ^ bit);
  const inside = value.slice(start, end);
  return {
    from: start - around,
    to: end + around,
    words: stars + inside + stars,
    select: [start - around + stars.length, start - around + stars.length + inside.length],
  };
}

function runBefore(value, at) {
  return /\**$/.exec(value.slice(0, at))[0].length;
}

function runAfter(value, at) {
  return /^\**/.exec(value.slice(at))[0].length;
}

/** Is this the end of marked words, typed just now? Then the key ends them. */
function isAtEndOf(value, at, bit) {
  if (runBefore(value, at) || !(runAfter(value, at) & bit)) return false;
  const line = value.slice(value.lastIndexOf("\n", at - 1) + 1, at);
  return (line.match(/\*+/g) ?? []).filter((run) => run.length & bit).length % 2 === 1;
}

function go(at) {
  return { from: at, to: at, words: "", select: [at, at] };
}

function toggleBrackets(value, from, to, before, after) {
  const inside = value.slice(from, to);
  const marked = value.slice(from - before.length, from) === before && value.slice(to, to + after.length) === after;
  if (marked) {
    const at = from - before.length;
    return { from: at, to: to + after.length, words: inside, select: [at, at + inside.length] };
  }
  const line = value.slice(value.lastIndexOf("\n", from - 1) + 1, from);
  if (from === to && value.startsWith(after, from) && line.lastIndexOf(before) > line.lastIndexOf(after))
    return go(from + after.length);
  return {
    from,
    to,
    words: before + inside + after,
    select: [from + before.length, to + before.length],
  };
}

/** Each line of the selection becomes one of a list, or no longer; they stay selected. */
export function startLines(value, from, to, mark) {
  const begins = value.lastIndexOf("\n", from - 1) + 1;
  // The line at whose beginning the selection ends is not meant.
  const ends = to > from && value[to - 1] === "\n" ? to - 1 : to;
  const lines = value.slice(begins, ends).split("\n");
  const meant = lines.length === 1 ? lines : lines.filter((line) => line.trim());
  const listed = meant.every((line) => line.startsWith(mark));
  const words = lines
    .map((line) => {
      if (!meant.includes(line)) return line;
      if (listed) return line.slice(mark.length);
      return line.startsWith(mark) ? line : mark + line;
    })
    .join("\n");
  if (from !== to) return { from: begins, to: ends, words, select: [begins, begins + words.length] };
  const at = Math.max(begins, from + words.length - (ends - begins));
  return { from: begins, to: ends, words, select: [at, at] };
}

const ADDRESS = /^(https?:\/\/|mailto:|tel:)\S+$/;

/** A link from what is selected. The part that is missing, the words or the address, is selected afterwards. */
export function link(value, from, to) {
  const chosen = value.slice(from, to);
  const isAddress = ADDRESS.test(chosen);
  const address = isAddress ? chosen : "https://";
  const at = isAddress || !chosen ? from + 1 : from + chosen.length + 3;
  return {
    from,
    to,
    words: `[${isAddress ? "" : chosen}](${address})`,
    select: [at, isAddress || !chosen ? at : at + address.length],
  };
}
