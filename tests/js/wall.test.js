import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { served } from "./served.js";

const { largestThatFits } = await served("coordination/wall.js");

describe("the board on a wall", () => {
  test("it is as large as fits", () => {
    assert.equal(
      largestThatFits((scale) => scale <= 1.2),
      1.2,
    );
    assert.equal(
      largestThatFits(() => true),
      2,
    );
  });

  test("a larger size is taken even where one below it does not fit", () => {
    // With fewer columns a size may fit that a smaller one, with more of them, does not.
    assert.equal(
      largestThatFits((scale) => scale === 1.5 || scale <= 1),
      1.5,
    );
  });

  test("nothing is smaller than the smallest that can be read", () => {
    assert.equal(
      largestThatFits(() => false),
      0.55,
    );
  });
});
