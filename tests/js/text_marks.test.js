// The editor's marks: `⟦` and `⟧` in a text are where the selection begins and ends, `|` where both are.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { link, startLines, surround } = await served("coordination/text_marks.js");

function read(marked) {
  if (marked.includes("|"))
    return { value: marked.replace("|", ""), from: marked.indexOf("|"), to: marked.indexOf("|") };
  const from = marked.indexOf("⟦");
  return { value: marked.replace(/[⟦⟧]/g, ""), from, to: marked.indexOf("⟧") - 1 };
}

function shown(value, [from, to]) {
  if (from === to) return `${value.slice(0, from)}|${value.slice(from)}`;
  return `${value.slice(0, from)}⟦${value.slice(from, to)}⟧${value.slice(to)}`;
}

function after(marked, edit) {
  const { value, from, to } = read(marked);
  const made = edit(value, from, to);
  return shown(value.slice(0, made.from) + made.words + value.slice(made.to), made.select);
}

const bold = (value, from, to) => surround(value, from, to, "**", "**");
const italic = (value, from, to) => surround(value, from, to, "*", "*");
const gap = (value, from, to) => surround(value, from, to, "[", "]");
const list = (value, from, to) => startLines(value, from, to, "- ");

for (const [name, edit, before, then] of [
  ["bold begins", bold, "un |", "un **|**"],
  ["and is taken back", bold, "un **|**", "un |"],
  ["and ends after what was typed", bold, "un **gras|**", "un **gras**|"],
  ["italic likewise", italic, "*doux|*", "*doux*|"],
  ["before marked words bold begins", bold, "un |**gras**", "un **|****gras**"],
  ["what is selected becomes bold", bold, "⟦gras⟧", "**⟦gras⟧**"],
  ["and no longer", bold, "**⟦gras⟧**", "⟦gras⟧"],
  ["also with its marks selected", bold, "⟦**gras**⟧", "⟦gras⟧"],
  ["bold and italic", italic, "**⟦gras⟧**", "***⟦gras⟧***"],
  ["both without italic", italic, "***⟦gras⟧***", "**⟦gras⟧**"],
  ["both without bold", bold, "***⟦gras⟧***", "*⟦gras⟧*"],
  ["italic and bold", bold, "*⟦gras⟧*", "***⟦gras⟧***"],
  ["stars alone are words", bold, "⟦***⟧", "**⟦***⟧**"],
  ["lines each for itself", bold, "⟦un\ndeux⟧", "⟦**un**\n**deux**⟧"],
  ["and all of them back", bold, "⟦**un**\n\n**deux**⟧", "⟦un\n\ndeux⟧"],
  ["those that are not yet", bold, "⟦**un**\ndeux⟧", "⟦**un**\n**deux**⟧"],
  ["of a list the words", bold, "- ⟦un\n- deux⟧", "⟦- **un**\n- **deux**⟧"],
  ["a gap", gap, "le ⟦nom⟧", "le [⟦nom⟧]"],
  ["a gap that was typed", gap, "le [nom|]", "le [nom]|"],
  ["a list", list, "⟦a\nb\nc⟧", "⟦- a\n- b\n- c⟧"],
  ["and no longer", list, "⟦- a\n- b\n- c⟧", "⟦a\nb\nc⟧"],
  ["of a part all", list, "⟦- a\nb⟧", "⟦- a\n- b⟧"],
  ["without empty lines", list, "⟦a\n\nb⟧", "⟦- a\n\n- b⟧"],
  ["one line", list, "a\nb|", "a\n- b|"],
  ["an empty one", list, "|", "- |"],
  ["a link", link, "⟦ici⟧", "[ici](⟦https://⟧)"],
  ["of an address", link, "⟦https://a.be⟧", "[|](https://a.be)"],
]) {
  describe("marks", () => test(`${name}: ${before}`, () => assert.equal(after(before, edit), then)));
}

test("pressed twice, everything is as before", () => {
  for (const marked of ["⟦un deux⟧", "a ⟦b⟧ c", "⟦un\ndeux\n\ntrois⟧", "*⟦a⟧*", "***⟦a⟧***"])
    for (const edit of [bold, italic]) assert.equal(after(after(marked, edit), edit), marked);
});
