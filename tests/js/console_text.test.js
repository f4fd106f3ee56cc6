import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { guardedIn } = await served("counsellor_console/text_search.js");
const { matches } = await served("chat/plain_text.js");
const { fillReply, findReplies, firstGap } = await served("counsellor_console/canned_replies.js");
const { actionOf, onShortcut } = await served("counsellor_console/keyboard_shortcuts.js");
const { prefer } = await served("counsellor_console/preferences.js");

describe("words that would tell who answers", () => {
  const guarded = ["CEFO", "Cité des Métiers", "Nadia"];

  test("are found whatever their case and accents", () => {
    assert.deepEqual(guardedIn("Passez à la CITE DES METIERS, ou au cefo.", guarded), ["CEFO", "Cité des Métiers"]);
  });

  test("are found whole only: a longer word is another word", () => {
    assert.deepEqual(guardedIn("Une cefotaxime", guarded), []);
    assert.deepEqual(guardedIn("Nadiatou m’a dit", guarded), []);
  });

  test("are found beside punctuation and across spaces", () => {
    assert.deepEqual(guardedIn("(Nadia) cité  des\nmétiers", guarded), ["Cité des Métiers", "Nadia"]);
  });

  test("cost nothing in an ordinary message", () => {
    assert.deepEqual(guardedIn("Bonjour, voici le lien.", guarded), []);
    assert.deepEqual(guardedIn("", guarded), []);
  });
});

describe("canned replies", () => {
  const replies = [
    { id: 1, shortcut: "bonjour", title: "Bonjour", body: "Bienvenue", theme: null, language: "fr" },
    { id: 2, shortcut: "jury", title: "Jury central", body: "Le jury…", theme: "orientation", language: "fr" },
    { id: 3, shortcut: "cv", title: "Écrire un CV", body: "Un jury lit…", theme: "emploi", language: "fr" },
    { id: 4, shortcut: "hello", title: "Hello", body: "Welcome", theme: null, language: "en" },
  ];
  const ids = (query, more = {}) =>
    findReplies(replies, { query, theme: "orientation", language: "fr", ...more }).map(({ id }) => id);

  test("of the conversation's theme come first, those of another theme last", () => {
    assert.deepEqual(ids(""), [2, 1, 3]);
  });

  test("with that shortcut come before those that only contain the word", () => {
    assert.deepEqual(ids("jury", { theme: "emploi" }), [2, 3]);
  });

  test("are found without accents", () => {
    assert.deepEqual(ids("ecrire"), [3]);
  });

  test("are those of the conversation's language, or all when it has none", () => {
    assert.deepEqual(ids("", { language: "en" }), [4]);
    assert.equal(ids("", { language: "uk" }).length, 4);
  });

  test("fill what is known and leave the rest to the counsellor", () => {
    assert.equal(fillReply("Sur {theme}, {other}", { theme: "l’emploi" }), "Sur l’emploi, {other}");
    assert.deepEqual(firstGap("Le [date] à [heure]"), { start: 3, end: 9 });
    assert.equal(firstGap("rien à remplir"), null);
  });
});

test("a filter needs all its words", () => {
  assert.equal(matches("CDM Liège", "liege cdm"), true);
  assert.equal(matches("CDM Liège", "liege cefo"), false);
});

describe("keys", () => {
  const key = (name, more = {}) => ({ key: name, code: "", target: { closest: () => null }, ...more });
  const typing = { closest: () => ({}) };

  test("a letter alone acts outside text fields only", () => {
    assert.equal(actionOf(key("a"), { letters: true }), "accept");
    assert.equal(actionOf(key("a", { target: typing })), undefined);
  });

  test("with Alt a letter acts everywhere; a keyboard that makes another sign of it writes that in a field", () => {
    assert.equal(actionOf(key("a", { altKey: true, target: typing })), "accept");
    assert.equal(actionOf(key("†", { altKey: true, code: "KeyT" })), "transfer");
    const azerty = new Map([["KeyQ", "a"]]);
    for (const [sign, code] of [
      ["œ", "KeyO"],
      ["æ", "KeyQ"],
      ["†", "KeyT"],
      ["©", "KeyC"],
      ["®", "KeyR"],
      ["Dead", "KeyN"],
      ["÷", "Slash"],
    ])
      assert.equal(actionOf(key(sign, { altKey: true, code, target: typing }), { layout: azerty }), undefined, sign);
  });

  test("with Alt a letter is where the keyboard has it, where the browser knows", () => {
    const azerty = new Map([
      ["KeyQ", "a"],
      ["Semicolon", "m"],
      ["KeyT", "t"],
      ["ArrowDown", "↓"],
    ]);
    const pressed = (name, code) => actionOf(key(name, { altKey: true, code }), { layout: azerty });
    assert.equal(pressed("æ", "KeyQ"), "accept");
    assert.equal(pressed("µ", "Semicolon"), "write");
    assert.equal(pressed("†", "KeyT"), "transfer");
    assert.equal(pressed("ArrowDown", "ArrowDown"), "next");
  });

  test("letters alone act only when they are switched on, Alt always", () => {
    assert.equal(actionOf(key("a")), undefined);
    assert.equal(actionOf(key("?")), undefined);
    assert.equal(actionOf(key("a", { altKey: true })), "accept");
  });

  test("no letter alone does what cannot be undone", () => {
    assert.equal(actionOf(key("r"), { letters: true }), undefined);
    assert.equal(actionOf(key("r", { altKey: true })), "refuse");
  });

  test("Ctrl, a held key and a composition are never shortcuts", () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { repeat: true }, { isComposing: true }]) {
      assert.equal(actionOf(key("c", more)), undefined);
    }
  });
});

describe("listening to keys", () => {
  const setUp = () => {
    prefer({ singleLetters: true });
    const world = { now: 10_000, done: [], listener: null, open: false };
    const page = {
      addEventListener: (_, listener) => {
        world.listener = listener;
      },
      querySelector: () => (world.open ? {} : null),
    };
    onShortcut(
      { accept: () => world.done.push("accept"), close: () => world.done.push("close") },
      { page, now: () => world.now },
    );
    world.press = (name, field = null, more = {}) =>
      world.listener({ key: name, code: "", target: { closest: () => field }, preventDefault() {}, ...more });
    return world;
  };

  test("letters typed on while the field vanishes do nothing; a moment later they act", () => {
    const world = setUp();
    world.press("a", {});
    world.now += 200;
    world.press("c");
    for (const letter of "est tout") {
      world.now += 400;
      world.press(letter);
    }
    assert.deepEqual(world.done, []);
    world.now += 2_000;
    world.press("c");
    assert.deepEqual(world.done, ["close"]);
  });

  test("signs that Alt writes on a Mac stay text while the field vanishes", () => {
    const world = setUp();
    world.press("c", {});
    world.press("ç", {}, { altKey: true, code: "KeyC" });
    world.now += 1_000;
    world.press("æ", null, { altKey: true, code: "KeyA" });
    world.now += 1_000;
    world.press("ç", null, { altKey: true, code: "KeyC" });
    assert.deepEqual(world.done, []);
    world.now += 2_000;
    world.press("ç", null, { altKey: true, code: "KeyC" });
    assert.deepEqual(world.done, ["close"]);
  });

  test("an open dialog has the keyboard for itself", () => {
    const world = setUp();
    world.open = true;
    world.press("a");
    world.press("a", null, { altKey: true });
    assert.deepEqual(world.done, []);
  });
});
