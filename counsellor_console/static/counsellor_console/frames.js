// What the server says, and what it changes on the desk. Fields and frames that are not known here are ignored.

import { batch } from "../chat/vendor/preact.js";
import { has, t } from "./words.js";

/** Applies one frame. `sayHello` asks the server for what is missing. */
export function receive(desk, frame, sayHello = () => {}) {
  batch(() => FRAMES[frame.type]?.(desk, frame, sayHello));
}

/** What `hello` says of the conversations on the screen, so that the server sends only what came after. */
export function afterOf(desk) {
  return Object.fromEntries(desk.active.value.filter(isHeld).map(({ id, after }) => [id, after]));
}

const BY_HAND = ["counsellor_closed", "blocked"];
const NOT_YET = ["too_fast", "try_again"];

const FRAMES = {
  welcome(desk, frame, sayHello) {
    desk.me.value = frame.me;
    const { state, missed } = frame.availability;
    desk.readiness.value = { ...frame.availability, reason: state === "away" && missed > 0 ? "missed" : null };
    desk.asked.value = null;
    FRAMES.lists(desk, frame);
    desk.colleagues.value = frame.colleagues;
    desk.limits.value = { ...desk.limits.value, ...frame.limits };
    FRAMES.queue(desk, frame);
    desk.offers.value = (frame.offers ?? []).map((offer) => timed(desk, offer));
    const kept = new Set(frame.conversations.map(({ conversation }) => conversation));
    const lost = desk.active.value.filter((conversation) => isHeld(conversation) && !kept.has(conversation.id));
    const first = !desk.ready.value;
    let more = false;
    for (const snapshot of frame.conversations) {
      const conversation = place(desk, snapshot);
      conversation.outbox.rewind();
      desk.flush(conversation);
      desk.notesAgain(conversation);
      if (first) conversation.read();
      more ||= snapshot.more;
    }
    desk.ready.value = true;
    lost.forEach(({ id, number, leaving }) => {
      if (leaving) desk.notify(t("closed.unknown", { number }));
      else desk.notify(t("released.away", { number }), "warning");
      desk.remove(id);
    });
    for (const asked of desk.active.value.filter(({ opening }) => opening.value)) {
      desk.answered(asked.id, asked.opening.value);
      desk.askAgain(asked);
    }
    if (!desk.selected.value && desk.active.value.length) desk.select(desk.active.value[0].id, { focus: false });
    if (more) sayHello();
  },

  /** What coordinators have just changed: as in the `welcome`. */
  lists(desk, { canned, codes, guarded }) {
    desk.canned.value = canned;
    desk.codes.value = { ...desk.codes.value, ...codes };
    desk.guarded.value = guarded ?? [];
  },

  availability(desk, { state, capacity, missed, reason }) {
    desk.readiness.value = { ...desk.readiness.value, state, capacity, missed, reason };
    // One that was on its way when this page asked is no answer.
    const asked = desk.asked.value;
    if (asked?.state === state && asked.capacity === capacity) desk.asked.value = null;
  },

  queue(desk, { queue }) {
    const now = desk.now();
    desk.queue.value = queue.map((entry) => ({ ...entry, since: now - entry.waited_s * 1000 }));
  },

  offer(desk, frame) {
    if (desk.offers.value.some(({ conversation }) => conversation === frame.conversation)) return;
    desk.offers.value = [...desk.offers.value, timed(desk, frame)];
  },

  offer_gone(desk, { conversation, reason }) {
    const offer = desk.forgetOffer(conversation);
    const known = desk.conversations.value.find(({ id }) => id === conversation);
    if (known?.opening.value) cameToNothing(desk, known, reason);
    else if (!known && offer && offer.answer !== "refuse") desk.notify(explain("gone", reason));
  },

  opened(desk, frame, sayHello) {
    const known = find(desk, frame);
    const conversation = place(desk, frame);
    desk.forgetOffer(frame.conversation);
    desk.queue.value = desk.queue.value.filter((entry) => entry.conversation !== frame.conversation);
    desk.flush(conversation);
    if (!desk.selected.value) desk.select(conversation.id, { focus: false });
    if (!known) desk.speak(t("said.opened", { number: conversation.number }));
    if (frame.more) sayHello();
  },

  message(desk, frame, sayHello) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    const hole = conversation.receive(frame);
    if (conversation.isMine(frame.client_id)) desk.flush(conversation);
    if (hole) return sayHello();
    if (frame.author === "visitor" && conversation.id !== desk.selected.value) {
      const unread = conversation.unread.value;
      desk.speak(t("said.message", { n: unread, count: unread, number: conversation.number }));
    }
  },

  /** Comes after the `welcome` that says the same; whether there is more is taken from there. */
  resumed(desk, frame) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    conversation.enter(frame.epoch);
    frame.events.forEach((event) => conversation.receive(event));
    conversation.outbox.rewind();
    desk.flush(conversation);
  },

  note(desk, frame) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    conversation.addNote(frame);
    const { id, number } = conversation;
    if (id !== desk.selected.value && !conversation.isMine(frame.client_id)) desk.speak(t("said.note", { number }));
  },

  typing(desk, frame) {
    const conversation = find(desk, frame);
    if (conversation) conversation.visitorTyping.value = frame.on;
  },

  seen(desk, frame) {
    const conversation = find(desk, frame);
    if (conversation) conversation.visitorSaw.value = Math.max(conversation.visitorSaw.value, frame.seq);
  },

  visitor(desk, frame) {
    find(desk, frame)?.setVisitor(frame.state, frame.grace_s, desk.now());
  },

  joined(desk, frame) {
    find(desk, frame)?.addLine(t("line.joined", { alias: frame.alias }), Date.parse(frame.at));
  },

  left(desk, frame) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    conversation.addLine(t("line.left", { alias: frame.alias }), Date.parse(frame.at));
  },

  parties(desk, frame) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    const { number } = conversation;
    if (frame.role === "owner" && conversation.facts.value.role === "guest") desk.notify(t("said.yours", { number }));
    for (const { name } of conversation.setParties(frame)) desk.notify(t("invite.gone", { name, number }));
  },

  closing(desk, frame) {
    const conversation = find(desk, frame);
    if (conversation) conversation.closing.value = { until: desk.now() + frame.in_s * 1000, reason: frame.reason };
  },

  closed(desk, frame) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    if (conversation.leaving || BY_HAND.includes(frame.reason)) {
      desk.notify(explain("closed", frame.reason, { number: conversation.number }));
      return desk.remove(conversation.id);
    }
    conversation.end(frame.reason, desk.now());
    desk.speak(t("said.ended", { number: conversation.number }));
  },

  released(desk, frame) {
    const conversation = find(desk, frame);
    if (!conversation) return;
    desk.notify(explain("released", frame.reason, { number: conversation.number }));
    desk.remove(conversation.id);
  },

  colleagues(desk, { colleagues }) {
    desk.colleagues.value = colleagues;
  },

  error(desk, frame) {
    const wait = 1000 * (frame.retry_after_s ?? 2);
    const asked = desk.conversations.value.find(({ id, opening }) => id === frame.conversation && opening.value);
    if (asked && NOT_YET.includes(frame.code)) return void setTimeout(() => desk.askAgain(asked), wait);
    if (asked) return cameToNothing(desk, asked);
    if (!NOT_YET.includes(frame.code) && desk.offers.value.some(({ conversation: id, answer }) => id === frame.conversation && answer)) {
      // Refused, and gone already: what was wanted.
      return void desk.forgetOffer(frame.conversation);
    }
    const conversation = find(desk, frame);
    const note = conversation?.noteRefused(frame.client_id);
    if (!note && conversation?.isMine(frame.client_id)) {
      if (!NOT_YET.includes(frame.code)) {
        conversation.refused(frame.client_id, frame.code);
        return desk.flush(conversation);
      }
      conversation.postpone(frame.client_id);
      return void setTimeout(() => desk.flush(conversation), wait);
    }
    if (conversation) conversation.leaving = false;
    if (frame.code === "try_again" && !note) {
      // The server does not say which frame it could not serve: whatever is under way is sent again.
      setTimeout(() => desk.active.value.forEach((one) => {
        one.outbox.rewind();
        desk.flush(one);
      }), wait);
    }
    if (frame.code === "not_found" && !frame.client_id && isOver(desk, frame.conversation)) return;
    desk.answered(frame.conversation, null);
    if (!frame.conversation) desk.asked.value = null;
    desk.notify(explain("error", frame.code), "warning");
  },
};

/** One that the server has opened here: what it tells of any other will be in the snapshot that opens it. */
function find(desk, frame) {
  return desk.conversations.value.find(({ id, opening }) => id === frame.conversation && !opening.value);
}

/** It was told already that this one ended or went elsewhere: a word that was under way to it then is no news. */
function isOver(desk, conversation) {
  const known = desk.conversations.value.find(({ id }) => id === conversation);
  return !!conversation && (!known || !!known.ended.value);
}

/** In the server's hands too: neither practised with nor only asked for. */
function isHeld({ practice, opening }) {
  return !practice && !opening.value;
}

/** Somebody whom this page asked for was not to be had: back to where one was, but not into the field: what is typed on was for them. */
function cameToNothing(desk, conversation, reason) {
  desk.forgetOffer(conversation.id);
  desk.notify(explain("gone", reason));
  const shown = desk.selected.value === conversation.id;
  desk.remove(conversation.id);
  const { askedFrom } = conversation;
  if (shown && desk.conversations.value.some(({ id }) => id === askedFrom)) desk.select(askedFrom, { focus: false });
}

function place(desk, snapshot) {
  const conversation = desk.conversations.value.find(({ id }) => id === snapshot.conversation);
  if (!conversation) return desk.add(snapshot.conversation, (added) => added.update(snapshot));
  conversation.opening.value = null;
  conversation.update(snapshot);
  return conversation;
}

function timed(desk, offer) {
  const now = desk.now();
  return { ...offer, since: now - offer.waited_s * 1000, until: now + offer.expires_in_s * 1000, answer: null };
}

/** "gone.expired" where there are words for that reason, "gone.other" where there are none yet. */
function explain(what, code, values) {
  return t(has(`${what}.${code}`) ? `${what}.${code}` : `${what}.unknown`, values);
}
