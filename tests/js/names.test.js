// Names are compared here as on the server (tests/coordination/test_names_read_alike.py reads the same list).

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { served } from "./served.js";

const { matches, plain } = await served("chat/plain_text.js");
const { shownOf } = await served("coordination/people_finder.js");
const alike = JSON.parse(readFileSync(new URL("names_read_alike.json", import.meta.url), "utf8"));

test("names read alike whatever their capitals and accents", () => {
  for (const [one, other] of alike) assert.equal(plain(one), plain(other));
  assert.notEqual(plain("École"), plain("Écoles"));
});

test("a name is found by its words in any order", () => {
  assert.equal(matches("Élise Œuvre nl Nederlands", "nederlands oeuvre"), true);
  assert.equal(matches("Élise Œuvre", "elise cefo"), false);
  assert.equal(matches("Élise", ""), true);
});

test("of hundreds the first are shown, and whoever is ticked", () => {
  const rows = Array.from({ length: 600 }, (_, number) => ({
    words: `Zoé ${number % 2 ? "Namur" : "Liège"}`,
    box: { checked: number === 598 },
  }));
  const all = shownOf(rows, "", 50);
  assert.equal(all.shown.length, 51);
  assert.equal(all.more, true);
  assert.equal(shownOf(rows, "liege", 50).shown.length, 51);
  assert.equal(shownOf(rows, "namur", 300).more, false);
  assert.deepEqual(shownOf(rows, "nobody", 50), { shown: [], more: false });
});
