import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { served } from "./served.js";

const { paragraphs, speaker } = await served("widget/words.js");

const folder = new URL("../../widget/static/widget/", import.meta.url);
const locales = Object.fromEntries(
  readdirSync(new URL("locales/", folder)).map((name) => [
    name.slice(0, -5),
    JSON.parse(readFileSync(new URL(`locales/${name}`, folder), "utf8")),
  ]),
);
const say = (lang) => speaker(lang, locales[lang]);

test("the five languages say the same things", () => {
  assert.deepEqual(Object.keys(locales).sort(), ["de", "en", "fr", "nl", "uk"]);
  for (const words of Object.values(locales)) assert.deepEqual(Object.keys(words), Object.keys(locales.fr));
});

test("no language forgets a value that the French text shows", () => {
  const holes = (text) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g) ?? [])].sort();
  for (const [lang, words] of Object.entries(locales)) {
    for (const [key, text] of Object.entries(words)) {
      if (!["hour", "hour_minutes", "position"].includes(key))
        assert.deepEqual(holes(text), holes(locales.fr[key]), `${lang} ${key}`);
    }
  }
});

test("every word that the widget asks for exists", () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".js"))) {
    for (const [, key] of readFileSync(new URL(name, folder), "utf8").matchAll(/\bt\("(\w+)"/g)) {
      assert.ok(key in locales.fr, `${name} asks for ${key}`);
    }
  }
});

test("plural forms follow each language", () => {
  assert.equal(say("fr").t("fresh", { n: 1 }), "1 nouveau message");
  assert.equal(say("fr").t("fresh", { n: 2 }), "2 nouveaux messages");
  assert.equal(say("uk").t("fresh", { n: 3 }), "3 нові повідомлення");
  assert.equal(say("uk").t("fresh", { n: 5 }), "5 нових повідомлень");
});

test("the first in line is told so, the others their number", () => {
  assert.equal(say("fr").t("position", { n: 1 }), "Vous êtes la prochaine personne.");
  assert.match(say("fr").t("position", { n: 4 }), /4e place/);
});

test("an estimate is rounded up, never down", () => {
  for (const [seconds, minutes] of [
    [1, 1],
    [60, 1],
    [61, 2],
    [300, 5],
    [301, 10],
    [620, 15],
  ]) {
    assert.match(say("fr").estimate(seconds), new RegExp(`\\b${minutes} minute`));
  }
});

test("the next opening is said as people say it, in Belgian time", () => {
  const now = new Date("2026-11-18T15:00:00Z");
  assert.equal(say("fr").opening("2026-11-18T16:30:00Z", now), "aujourd'hui à 17\u00a0h\u00a030");
  assert.equal(say("fr").opening("2026-11-19T08:00:00Z", now), "demain à 9\u00a0h");
  assert.equal(say("fr").opening("2026-11-23T08:00:00Z", now), "lundi 23 novembre à 9\u00a0h");
  assert.equal(say("nl").opening("2026-11-23T08:30:00Z", now), "maandag 23 november om 9.30\u00a0uur");
  assert.equal(say("en").opening("2026-07-20T07:00:00Z", now), "Monday 20 July at 9:00");
});

test("midnight in Brussels, not in Greenwich, makes tomorrow", () => {
  assert.equal(say("fr").opening("2026-11-19T08:00:00Z", new Date("2026-11-18T23:30:00Z")), "aujourd'hui à 9\u00a0h");
});

test("a notice is shown as plain paragraphs, whatever it holds", () => {
  assert.deepEqual(
    paragraphs('<p>Fermé <b>lundi</b> &amp; mardi.</p><p>Voir <a href="https://miti.be/x">la page</a></p>'),
    ["Fermé lundi & mardi.", "Voir la page https://miti.be/x"],
  );
  assert.deepEqual(paragraphs("&lt;script&gt;"), ["<script>"]);
  assert.deepEqual(paragraphs(""), []);
  assert.deepEqual(paragraphs(null), []);
});

test("the button says what the state is, and when that changes", () => {
  const { launcher } = say("fr");
  assert.match(launcher({ state: "open" }), /^Une question/);
  assert.match(launcher({ state: "full" }), /^Personne n'est libre/);
  assert.match(
    launcher({ state: "closed", next_opening: "2030-03-04T08:30:00Z" }),
    /^Fermé, retour lundi 4 mars à 9\u00a0h\u00a030$/,
  );
  assert.equal(launcher({ state: "closed", next_opening: null }), "Fermé pour le moment");
  assert.equal(launcher({ state: "closed", next_opening: null }, true), "Revenir à la conversation");
});
