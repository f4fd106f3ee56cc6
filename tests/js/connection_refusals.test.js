import assert from "node:assert/strict";
import { test } from "node:test";
import { connect, welcome, world } from "./connection_browser.js";

const say = (id, body) => ({ type: "say", client_id: id, body });

test("a message that is larger than a frame may be fails alone, and the next is sent on this socket", async () => {
  const browser = world();
  const { connection, frames } = connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  assert.equal(connection.send(say("a", "\u0001".repeat(5000))), true);
  await Promise.resolve();
  assert.deepEqual(frames.at(-1), {
    type: "error",
    code: "too_long",
    detail: "",
    client_id: "a",
    retry_after_s: null,
    conversation: null,
  });
  connection.send(say("b", "après"));
  assert.deepEqual(browser.last.sent.slice(1), [say("b", "après")]);
  assert.equal(browser.sockets.length, 1);
});

test("after 1009 the message that was not answered is refused, not sent again", () => {
  const browser = world();
  const { connection, frames } = connect(browser);
  browser.last.accept();
  browser.last.say(welcome());
  connection.send(say("a", "trop long pour un serveur d'avant"));
  browser.last.fail(1009);
  assert.deepEqual([frames.at(-1).code, frames.at(-1).client_id], ["too_long", "a"]);
});

test("a server that greets and closes at once is asked less and less often", () => {
  const browser = world();
  connect(browser);
  for (const ms of [500, 1000, 2000, 4000]) {
    browser.last.accept();
    browser.last.say(welcome());
    browser.last.fail();
    const before = browser.sockets.length;
    browser.pass(ms - 1);
    assert.equal(browser.sockets.length, before);
    browser.pass(1);
    assert.equal(browser.sockets.length, before + 1);
  }
});
