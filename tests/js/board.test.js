import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { age, show, trouble, haveMoved } = await served("coordination/board.js");

const now = 1_000_000;
const asked = (state) => trouble({ signedOut: false, failed: false, askedAt: null, freshAt: now, now, ...state });

describe("how old the board is", () => {
  test("a board that was renewed a moment ago says nothing", () => {
    assert.equal(asked({ freshAt: now - 14_000, failed: true }), null);
  });

  test("after a sleep it says that it is being renewed, until that takes too long", () => {
    assert.equal(asked({ freshAt: now - 600_000 }), "renewing");
    assert.equal(asked({ freshAt: now - 600_000, askedAt: now - 3_000 }), "renewing");
    assert.equal(asked({ freshAt: now - 600_000, askedAt: now - 10_000 }), "old");
  });

  test("when Miti does not answer it says so", () => {
    assert.equal(asked({ freshAt: now - 16_000, failed: true }), "old");
  });

  test("a session that has ended is said at once", () => {
    assert.equal(asked({ signedOut: true }), "signedOut");
  });

  test("the age is told in the page's language", () => {
    assert.deepEqual(
      [44_000, 61_000, 2 * 3_600_000].map((ms) => age(ms, "fr").replaceAll(/\s/g, " ")),
      ["44 s", "1 min", "2 h"],
    );
    assert.equal(age(-5_000, "en"), "0 sec");
  });
});

/** As much of a page as `show` touches. */
function page(names) {
  const focused = [];
  const parts = new Map(
    names.map((name) => [
      name,
      {
        innerHTML: "",
        holds: false,
        contains() {
          return this.holds;
        },
        closest: () => null,
        focus: () => focused.push(name),
      },
    ]),
  );
  globalThis.document = {
    activeElement: { id: "help-1" },
    getElementById: (id) =>
      parts.get("own").innerHTML.includes(`id="${id}"`) ? { focus: () => focused.push(id) } : null,
  };
  return { parts, focused, querySelector: (selector) => parts.get(selector.match(/"(\w+)"/)[1]) ?? null };
}

describe("what changed is replaced", () => {
  test("only the parts that changed, and those that are on the page", () => {
    const board = page(["own", "facts"]);
    show(board, { own: "<p>1</p>", facts: "<p>2</p>", unknown: "<p>3</p>" });
    board.parts.get("own").innerHTML = "touched";
    show(board, { own: "<p>1</p>", facts: "<p>4</p>" });
    assert.equal(board.parts.get("own").innerHTML, "touched");
    assert.equal(board.parts.get("facts").innerHTML, "<p>4</p>");
  });

  test("a button that has the focus keeps it; one that is gone leaves it to its part", () => {
    const board = page(["own"]);
    board.parts.get("own").holds = true;
    show(board, { own: '<button id="help-1">1</button>' });
    show(board, { own: "<p>gone</p>" });
    assert.deepEqual(board.focused, ["help-1", "own"]);
  });
});

describe("acts have moved", () => {
  const stood = [
    ["help-1", "0 10"],
    ["early-1", "80 10"],
  ];
  for (const [what, now, then] of [
    ["where all stand as before", stood, false],
    ["where one is gone and the other stands as before", stood.slice(1), false],
    ["where one stands elsewhere", [stood[0], ["early-1", "80 40"]], true],
    ["where there is a new one", [...stood, ["nudge-1", "160 10"]], true],
  ])
    test(`${what}: ${then}`, () => assert.equal(haveMoved(stood, now), then));
});
