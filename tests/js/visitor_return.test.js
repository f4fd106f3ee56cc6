import assert from "node:assert/strict";
import { test } from "node:test";
import { visitorFrames } from "./frames.js";
import { JOINED, RESUMED, WELCOME, answer, browser, echo, settled, talking } from "./visitor_browser.js";

test("a reload in the middle goes on with nothing lost or doubled", async () => {
  const { here, session } = talking();
  session.say("un");
  session.say("deux");
  const [un] = here.socket.frames("say");
  const token = session.token;
  await settled(session);
  const again = here.session();
  assert.equal(again.token, token);
  here.socket.say(
    WELCOME,
    visitorFrames.resumed({
      epoch: 1,
      state: "active",
      events: [echo(un, 1), answer(2)],
      more: false,
      gap: false,
      alias: "x",
    }),
  );
  await settled(again);
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["deux"],
  );
  assert.deepEqual(
    again.messages.value.map(({ seq }) => seq),
    [1, 2],
  );
});

test("a draft and the language survive a reload", async () => {
  const { here, session } = talking();
  session.changeLanguage("nl");
  session.keepDraft("à moitié");
  await settled(session);
  const again = here.session();
  assert.equal(again.draft, "");
  here.socket.say(WELCOME, RESUMED);
  await settled(again);
  assert.equal(again.restoredDraft.value, "à moitié");
  assert.deepEqual([again.draft, again.lang.value], ["à moitié", "nl"]);
});

test("a message under way when the connection is cut is sent again with its client_id", () => {
  const { here, session } = talking();
  session.say("un");
  const [first] = here.socket.frames("say");
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, RESUMED);
  assert.deepEqual(here.socket.frames("say"), [first]);
});

test("a message under way on a socket that is replaced is sent again and does not hold up the next", () => {
  const { here, session } = talking();
  session.say("un");
  const [first] = here.socket.frames("say");
  here.pass(30_000);
  here.events.dispatchEvent(new Event("online"));
  here.socket.accept().say(WELCOME, RESUMED);
  assert.deepEqual(here.socket.frames("say"), [first]);
  session.say("deux");
  here.socket.say(echo(first, 1));
  assert.deepEqual(
    here.socket.frames("say").map(({ body }) => body),
    ["un", "deux"],
  );
});

test("a long absence is caught up page by page", () => {
  const { here, session } = talking();
  here.socket.say(answer(1));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(WELCOME, visitorFrames.resumed({ events: [answer(2)], more: true }));
  assert.equal(here.socket.frames("hello").at(-1).after, 2);
  here.socket.say(visitorFrames.resumed({ events: [answer(3)] }));
  assert.deepEqual(
    session.messages.value.map(({ seq }) => seq),
    [1, 2, 3],
  );
});

test("when the server lost its memory, what was read stays and the new messages follow", () => {
  const { here, session } = talking();
  here.socket.say(answer(1), answer(2));
  here.socket.fail();
  here.pass(500);
  here.socket.accept().say(
    WELCOME,
    visitorFrames.resumed({
      epoch: 2,
      state: "active",
      events: [answer(1, { epoch: 2, body: "encore là" })],
      more: false,
      gap: true,
    }),
  );
  assert.deepEqual(
    session.messages.value.map(({ epoch, seq }) => `${epoch}:${seq}`),
    ["1:1", "1:2", "2:1"],
  );
  assert.equal(session.marks.value.at(-1).kind, "mended");
});

test("coming back too late begins anew with another token, and says so", () => {
  const { here, session } = talking();
  const again = here.session();
  here.socket.say(WELCOME);
  assert.equal(again.phase.value, "loading");
  here.pass(2500);
  here.socket.accept().say(WELCOME);
  assert.deepEqual([again.phase.value, again.problem.value], ["before", "gone"]);
  assert.notEqual(here.socket.sent[0].token, session.token);
  assert.equal(here.kept.value, null);
});

test("who is joined and spoken to before the request was answered reads it all, and may write at once", () => {
  const here = browser();
  const session = here.session();
  here.socket.say(WELCOME);
  session.ask("emploi");
  here.socket.say(visitorFrames.resumed({ events: [answer(1), answer(2)] }), JOINED);
  assert.equal(session.phase.value, "active");
  assert.deepEqual(
    session.messages.value.map(({ body }) => body),
    ["réponse 1", "réponse 2"],
  );
  assert.deepEqual(
    session.marks.value.map(({ kind }) => kind),
    ["joined"],
  );
  session.say("me voici");
  assert.equal(here.socket.frames("say").length, 1);
});

test("what a counsellor had to say again after a loss is read once", () => {
  const { here, session } = talking();
  const said = { ...answer(1), client_id: "n1" };
  here.socket.say(said, { ...said, epoch: 2 }, { ...answer(2, { epoch: 2 }), client_id: "n2" });
  assert.deepEqual(
    session.messages.value.map(({ body }) => body),
    ["réponse 1", "réponse 2"],
  );
  assert.deepEqual([session.thread.epoch, session.thread.after], [2, 2]);
});
