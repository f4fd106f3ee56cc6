/* What is in a field counts as a message only if something of it can be seen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { messageBody } = await served("chat/message_body.js");

const INVISIBLE =
  " \n \t \u00a0 \u00ad \u034f \u061c \u115f \u1160 \u1680 \u17b4 \u180e \u180b \u2003 \u200b \u200d \u200e \u2028 " +
  "\u202e \u2060 \u2066 \u2800 \u3000 \u3164 \ufe0f \ufeff \uffa0 \u{1d159} \u{e0020} \u{e0100} \u0007 \u0085";

test("a text without one visible character is empty, whatever its signs", () => {
  for (const sign of new Set(INVISIBLE)) assert.equal(messageBody(sign + sign), "", sign.codePointAt(0).toString(16));
  assert.equal(messageBody(INVISIBLE), "");
});

test("what can be seen is sent as it was written, without the spaces around it", () => {
  for (const text of ["x", "é", "😀", "👨‍👩‍👧", "❤️", "я", "?", "مرحبا", "\u202ea"])
    assert.equal(messageBody(` ${text}\n`), text);
});

test("half a pair of UTF-16, which no server can read, is sent as the sign for what is unknown", () => {
  assert.equal(messageBody("salut \ud83d"), "salut \ufffd");
  assert.equal(messageBody("\ude00 et 😀 et n\ud800 "), "\ufffd et 😀 et n\ufffd");
});
