import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { clockTime, countdown, duration, fullDate, has, lasting, t, useWords, waitEstimate } =
  await served("chat/words.js");
const { reasonWords } = await served("widget/ending.js");

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const localesOf = (folder) =>
  Object.fromEntries(
    readdirSync(new URL(folder, root)).map((name) => [name.replace(".json", ""), JSON.parse(read(folder + name))]),
  );
const FACES = {
  "widget/static/widget/": ["ar", "de", "en", "fr", "nl", "uk"],
  "counsellor_console/static/counsellor_console/": ["en", "fr", "nl"],
};
const widget = localesOf("widget/static/widget/locales/");
const consoleWords = localesOf("counsellor_console/static/counsellor_console/locales/");
const holes = (text) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
/** Categories that French and Dutch have for millions only may be left to `other`. */
const needed = (lang) => {
  const { length } = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
  return length > 3 ? length : 2;
};

for (const [folder, languages] of Object.entries(FACES)) {
  describe(folder, () => {
    const locales = localesOf(`${folder}locales/`);

    test("the same words in each language, with the same values to fill in", () => {
      assert.deepEqual(Object.keys(locales).sort(), languages);
      for (const [lang, words] of Object.entries(locales)) {
        assert.deepEqual(Object.keys(words), Object.keys(locales.fr));
        for (const [key, text] of Object.entries(words)) {
          assert.deepEqual(holes(text), holes(locales.fr[key]), `${lang} ${key}`);
        }
      }
    });

    test("what is a table of plural forms is one in each language, with the forms that it needs", () => {
      for (const [lang, words] of Object.entries(locales)) {
        for (const [key, text] of Object.entries(words)) {
          assert.equal(typeof text, typeof locales.fr[key], `${lang} ${key}`);
          if (typeof text === "string") continue;
          assert.ok(text.other, `${lang} ${key}`);
          const forms = Object.keys(text).filter((form) => !/^\d+$/.test(form));
          assert.ok(forms.length === needed(lang) || "1" in text, `${lang} ${key}: ${forms}`);
        }
      }
    });

    test("every word that a module asks for exists, plural where a number is given", () => {
      for (const name of readdirSync(new URL(folder, root)).filter((file) => file.endsWith(".js"))) {
        for (const [, key] of read(folder + name).matchAll(/\bt\("([\w.-]+)"/g)) {
          assert.ok(key in locales.fr, `${name} asks for ${key}`);
        }
      }
    });
  });
}

test("plural forms follow each language", () => {
  useWords("fr", widget.fr);
  assert.equal(t("fresh", { n: 1 }), "1 nouveau message");
  assert.equal(t("fresh", { n: 2 }), "2 nouveaux messages");
  useWords("uk", widget.uk);
  assert.equal(t("fresh", { n: 3 }), "3 нові повідомлення");
  assert.equal(t("fresh", { n: 5 }), "5 нових повідомлень");
  useWords("fr", consoleWords.fr);
  assert.match(t("title.offer", { n: 1 }), /Une personne/);
  assert.match(t("title.offer", { n: 3 }), /3 personnes/);
});

test("a word that is missing shows its name, a value that is missing its place", () => {
  useWords("fr", { known: "à {n}" });
  assert.deepEqual([t("unknown"), t("known"), has("known"), has("unknown")], ["unknown", "à {n}", true, false]);
});

test("the first in line is told so, the second that one person is before them, the others their number", () => {
  for (const [lang, words] of Object.entries(widget)) {
    useWords(lang, words);
    const told = [1, 2, 3, 4].map((n) => t("position", { n }));
    assert.equal(new Set(told.map((text) => text.replace(/\d+/, ""))).size, 3, lang);
  }
  useWords("fr", widget.fr);
  assert.equal(t("position", { n: 1 }), "Vous êtes la prochaine personne.");
  assert.match(t("position", { n: 2 }), /une personne avant vous/);
  assert.match(t("position", { n: 4 }), /des personnes avant vous\u00a0: vous êtes à la 4e place/);
});

test("an estimate is rounded up, never down", () => {
  useWords("fr", widget.fr);
  const minutes = { 1: 1, 60: 1, 61: 2, 300: 5, 301: 10, 620: 15 };
  for (const [seconds, n] of Object.entries(minutes)) {
    assert.match(waitEstimate(Number(seconds)), new RegExp(`\\b${n} minute`));
  }
});

test("durations and moments are told as people tell them", () => {
  useWords("fr", consoleWords.fr);
  assert.equal(duration(20), "moins d’1\u00a0min");
  assert.equal(duration(130), "2\u00a0min");
  assert.equal(duration(3_900), "1 h 05");
  assert.equal(countdown(39.2), "40\u00a0s");
  assert.equal(countdown(300), "5\u00a0min");
  assert.equal(countdown(-3), "0\u00a0s");
  const at = new Date(2026, 10, 19, 9, 5);
  assert.deepEqual([clockTime(at.toISOString()), clockTime(at.getTime())], ["09:05", "09:05"]);
  assert.equal(fullDate(new Date(2026, 11, 1)), "mardi 1er décembre 2026");
  assert.equal(fullDate(new Date(2026, 11, 21)), "lundi 21 décembre 2026");
});

test("each way in which it may end has its sentence, in every language", () => {
  const { Closed } = JSON.parse(read("docs/protocol/to-visitor.json")).$defs;
  const reasons = Closed.properties.reason.enum;
  assert.ok(reasons.length > 5);
  const sentences = ({ waited }) => reasons.map((reason) => reasonWords({ reason, waited }));
  for (const [lang, words] of Object.entries(widget)) {
    useWords(lang, words);
    for (const key of [...sentences({ waited: false }), ...sentences({ waited: true })])
      assert.ok(has(key), `${lang} ${key}`);
    assert.equal(new Set(sentences({ waited: false })).size, reasons.length, lang);
  }
  assert.equal(reasonWords({ reason: "visitor_left", waited: true }), "reason_left_queue");
});

test("numbers are grouped as in each language, and lengths of time have their plural", () => {
  const grouped = { fr: "4\u202f000", nl: "4.000", en: "4,000", de: "4.000", uk: "4\u00a0000" };
  for (const [lang, number] of Object.entries(grouped)) {
    useWords(lang, widget[lang]);
    assert.ok(t("too_long", { n: 3, limit: 4000 }).includes(number), lang);
  }
  useWords("uk", widget.uk);
  assert.deepEqual(
    [lasting(1, "minute"), lasting(2, "minute"), lasting(30, "second")],
    ["1 хвилина", "2 хвилини", "30 секунд"],
  );
});
