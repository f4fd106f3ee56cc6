/* Sentences that must show the numbers to call, and sentences that must not, in the five languages. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { served } from "./served.js";

const { crisisWatch, crisisWords } = await served("widget/crisis_words.js");

const mentionsCrisis = (text) => crisisWords(text).length > 0;

const LANGUAGES = ["fr", "nl", "en", "de", "uk"];

/** One a line, as people type them. */
const sentences = (kind, lang) =>
  readFileSync(new URL(`crisis_sentences/${kind}.${lang}.txt`, import.meta.url), "utf8")
    .trim()
    .split("\n");

for (const [kind, expected, outcome] of [
  ["danger", true, "shows the numbers"],
  ["calm", false, "shows nothing"],
]) {
  for (const lang of LANGUAGES) {
    for (const sentence of sentences(kind, lang)) {
      test(`${lang}: "${sentence}" ${outcome}`, () => assert.equal(mentionsCrisis(sentence), expected));
    }
  }
}

test("danger is seen within a long text, whatever its case, signs and lines", () => {
  const before = "Bonjour, je cherche une formation de cuisine.\nJe me coupe les cheveux moi-même !\n";
  assert.ok(!mentionsCrisis(before));
  assert.ok(
    mentionsCrisis(`${before}Et sinon…  JE  N’AI\u00a0PLUS\nENVIE DE\u200b VIVRE. Voilà`.replace("\nENVIE", " ENVIE")),
  );
});

test("the numbers are shown again at other words of danger, not at the same ones", () => {
  const isNew = crisisWatch();
  assert.ok(!isNew("bonjour"));
  assert.ok(isNew("j'ai envie de mourir"));
  assert.ok(!isNew("j'ai envie de mourir ce soir"));
  assert.ok(!isNew("merci"));
  assert.ok(isNew("mon père me frappe"));
  assert.ok(isNew("j'ai avalé une boîte de dafalgan"));
});

test("a long text is looked through at once", () => {
  const text = "je veux vraiment vraiment pas plus de me a il ".repeat(100);
  const start = performance.now();
  mentionsCrisis(text);
  assert.ok(performance.now() - start < 500);
});
