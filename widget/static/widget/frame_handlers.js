/* What each frame of the server changes in a visitor's session. Frames and fields that are not known here are
   ignored. */

import { doorOf, lookAgainLater } from "./door.js";
import { countDown } from "./idle_warning.js";
import { restore } from "./reload.js";
import { sendRequest } from "./request.js";

const RESUME_WAIT_MS = 2500;
const MOST_PROOFS = 3;
const AFTER_THE_END = ["welcome", "resumed", "closed"];

const without = (aliases, one) => (one ? aliases.filter((each) => each !== one) : []);

export function receive(session, { type, ...frame }) {
  const over = session.phase.value === "closed" && !AFTER_THE_END.includes(type);
  if (!over) HANDLERS[type]?.(session, frame);
}

export const HANDLERS = {
  welcome(session, welcome) {
    session.world.clearTimeout(session.resumeTimer);
    const phase = session.phase.value;
    const back = session.restored || phase === "waiting" || phase === "active";
    session.set({ welcome, phase: phase === "loading" && !back ? "before" : phase });
    lookAgainLater(session);
    if (phase === "asking") sendRequest(session);
    // `resumed` or `closed` follows at once when the server knows the conversation; silence means that it does not.
    else if (back) session.resumeTimer = session.world.setTimeout(() => session.tokenUnknown(), RESUME_WAIT_MS);
  },

  waiting(session, { epoch, position, estimate_s: estimate }) {
    session.thread.enter(epoch);
    session.set({ phase: "waiting", position, estimate, problem: null, present: [], lost: [] });
    session.arrived();
  },

  joined(session, { alias, at }) {
    const present = session.present.value;
    const back = present.includes(alias) && (session.lost.value.includes(alias) || present.length > 1);
    session.set({
      phase: "active",
      present: present.includes(alias) ? present : [...present, alias],
      lost: without(session.lost.value, alias),
      closing: null,
      problem: null,
    });
    const others = present.some((one) => one !== alias);
    if (!back) session.mark(others ? "joined_too" : "joined", at, alias);
    session.flush();
  },

  left(session, { alias, at }) {
    const present = without(session.present.value, alias);
    session.set({ present, lost: without(session.lost.value, alias) });
    if (session.typist.value === alias) session.set({ counsellorTyping: false });
    session.mark("left", at, alias);
  },

  message(session, message) {
    const { hole, added } = session.receiveMessage(message);
    const answered = added && message.author === "counsellor";
    const lost = without(session.lost.value, message.alias);
    session.set({ closing: null, ...(answered && { counsellorTyping: false, lost }) });
    if (hole && !session.mending) session.mending = session.connection.sayHello();
    session.flush();
  },

  typing(session, { on, alias = session.present.value[0] }) {
    // One has stopped while another goes on.
    if (!on && session.typist.value !== alias) return;
    session.world.clearTimeout(session.typingTimer);
    const stops = () => session.set({ counsellorTyping: false });
    if (on) session.typingTimer = session.world.setTimeout(stops, session.limits.typing_shown_s * 1000);
    session.set({ counsellorTyping: on, typist: alias, lost: without(session.lost.value, alias) });
  },

  seen: (session, { seq }) => session.set({ counsellorSaw: Math.max(session.counsellorSaw.value, seq) }),

  /** While another counsellor is there, nobody is told that nobody is. */
  interrupted(session, { alias }) {
    session.set({ lost: alias ? [...session.lost.value, alias] : session.present.value });
    if (session.interrupted.value) session.set({ counsellorTyping: false });
  },

  requeued(session, { position, estimate_s: estimate }) {
    session.set({
      phase: "waiting",
      position,
      estimate,
      present: [],
      lost: [],
      counsellorTyping: false,
      closing: null,
    });
    session.mark("requeued");
  },

  closing(session, { in_s: seconds }) {
    if (seconds) countDown(session, session.world.now() + seconds * 1000);
    // It stays open after all.
    else session.set({ closing: null });
  },

  closed(session, ended) {
    // The end of this token's earlier request: the page knows it, and is about to continue that request.
    if (["before", "asking"].includes(session.phase.value)) return;
    session.arrived();
    session.end(ended);
    if (session.survey && ended.survey) session.connection.send({ type: "survey", ...session.survey });
    // A new request, and the button on the partner's page, need the present state.
    if (!session.endTold) session.endTold = session.connection.sayHello();
  },

  resumed(session, frame) {
    const { epoch, state, position, estimate_s: estimate, events, more, alias, aliases, restored } = frame;
    session.arrived();
    const lost = epoch > session.thread.epoch && session.thread.messages.length > 0;
    if (epoch > session.thread.epoch) session.sawUpTo = session.counsellorSaw.value = 0;
    session.thread.enter(epoch);
    for (const message of events) session.receiveMessage(message);
    if (session.leaving) return void session.connection.send({ type: "leave" });
    session.restored = false;
    if (restored) restore(session, restored);
    session.set({
      phase: state === "closed" ? session.phase.value : state,
      position,
      estimate,
      problem: null,
      present: aliases ?? (state === "active" ? [alias] : []),
      // Warnings that still hold follow.
      lost: [],
      closing: null,
    });
    if (lost) session.mark("mended");
    if (more) session.connection.sayHello();
    else session.flush();
  },

  error(session, error) {
    if (error.code === "token_refused") session.tokenUnknown();
    else if (session.phase.value === "asking") requestRefused(session, error);
    else messageRefused(session, error);
  },
};

function requestRefused(session, { code, retry_after_s: wait }) {
  if (code === "conversation_closed") return session.askAnew();
  // `welcome` brings the challenge, and then the request is sent again.
  if (code.startsWith("proof_") && session.proofs++ < MOST_PROOFS) return void session.connection.sayHello();
  session.set({ phase: "before", anyway: false, problem: code === "not_allowed" && wait ? "blocked" : code });
  // It was open when this page was loaded: ask when it opens next.
  if (doorOf(session) !== "open") session.refreshDoor();
}

function messageRefused(session, { code, client_id: clientId, retry_after_s: wait }) {
  const { outbox } = session;
  const item = outbox.items.find((one) => (clientId ? one.client_id === clientId : one.state === "sending"));
  if (!item) return;
  const notYet = wait || code === "too_fast";
  if (notYet || code === "nobody_yet") outbox.later(item.client_id);
  else outbox.refused(item.client_id, code);
  if (notYet) session.world.setTimeout(() => session.flush(), (wait || 2) * 1000);
  if (notYet || code === "nobody_yet") session.set({});
  else session.flush();
}
