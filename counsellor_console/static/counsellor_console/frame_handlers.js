// What each frame of the server changes in the workspace. Frames and fields that are not known here are ignored.

import { batch } from "../chat/vendor/preact.js";
import { t } from "../chat/words.js";
import { nudgedAt, usedAt } from "./activity.js";
import { cameToNothing, explain, openedHere, refused } from "./refusals.js";

export function receive(workspace, frame) {
  batch(() => HANDLERS[frame.type]?.(workspace, frame));
}

/** What `hello` says of the conversations on the screen, so that the server sends only later messages. */
export function afterOf(workspace) {
  return Object.fromEntries(workspace.active.value.filter(isHeld).map(({ id, after }) => [id, after]));
}

const BY_HAND = ["counsellor_closed", "blocked"];
const RELEASED = ["lost", "taken_over", "transferred", "withdrawn"];

export const HANDLERS = {
  welcome(workspace, frame) {
    workspace.me.value = frame.me;
    usedAt.value = workspace.now();
    const { state, missed } = frame.availability;
    workspace.readiness.value = { ...frame.availability, reason: state === "away" && missed > 0 ? "missed" : null };
    workspace.asked.value = null;
    HANDLERS.lists(workspace, frame);
    workspace.colleagues.value = frame.colleagues;
    workspace.limits.value = { ...workspace.limits.value, ...frame.limits };
    HANDLERS.queue(workspace, frame);
    workspace.offers.value = (frame.offers ?? []).map((offer) => timed(workspace, offer));
    const kept = new Set(frame.conversations.map(({ conversation }) => conversation));
    const lost = workspace.active.value.filter((conversation) => isHeld(conversation) && !kept.has(conversation.id));
    const first = !workspace.ready.value;
    let more = false;
    for (const snapshot of frame.conversations) {
      const conversation = place(workspace, snapshot);
      conversation.outbox.rewind();
      workspace.flush(conversation);
      workspace.notesAgain(conversation);
      if (first) conversation.read();
      more ||= snapshot.more;
    }
    workspace.ready.value = true;
    lost.forEach((conversation) => {
      if (!conversation.leaving) return workspace.lose(conversation, "away");
      workspace.notify(t("closed.unknown", { number: conversation.number }));
      workspace.remove(conversation.id);
    });
    for (const asked of workspace.active.value.filter(({ opening }) => opening.value)) {
      workspace.answered(asked.id, asked.opening.value);
      workspace.askAgain(asked);
    }
    if (!workspace.selection.selected.value && workspace.active.value.length)
      workspace.selection.select(workspace.active.value[0].id, { focus: false });
    if (more) workspace.sayHello();
  },

  /** The lists that coordinators have just changed, as in the `welcome`. */
  lists(workspace, { canned, codes, guarded }) {
    workspace.canned.value = canned;
    workspace.codes.value = { ...workspace.codes.value, ...codes };
    workspace.guarded.value = guarded ?? [];
  },

  availability(workspace, { state, capacity, missed, reason }) {
    workspace.readiness.value = { ...workspace.readiness.value, state, capacity, missed, reason };
    // A frame that was sent before this page's request is not its answer.
    const asked = workspace.asked.value;
    if (asked?.state === state && asked.capacity === capacity) workspace.asked.value = null;
  },

  nudged(workspace) {
    nudgedAt.value = workspace.now();
  },

  queue(workspace, { queue }) {
    const now = workspace.now();
    workspace.queue.value = queue.map((entry) => ({ ...entry, since: now - entry.waited_s * 1000 }));
  },

  offer(workspace, frame) {
    if (workspace.offers.value.some(({ conversation }) => conversation === frame.conversation)) return;
    workspace.offers.value = [...workspace.offers.value, timed(workspace, frame)];
  },

  offer_gone(workspace, { conversation, reason }) {
    const offer = workspace.forgetOffer(conversation);
    const known = workspace.conversations.value.find(({ id }) => id === conversation);
    if (known?.opening.value) cameToNothing(workspace, known, reason);
    else if (!known && offer && offer.answer !== "refuse") workspace.notify(explain("gone", reason));
  },

  opened(workspace, frame) {
    const known = openedHere(workspace, frame);
    const conversation = place(workspace, frame);
    workspace.forgetOffer(frame.conversation);
    workspace.queue.value = workspace.queue.value.filter((entry) => entry.conversation !== frame.conversation);
    workspace.flush(conversation);
    if (!workspace.selection.selected.value) workspace.selection.select(conversation.id, { focus: false });
    if (!known) workspace.speak(t("said.opened", { number: conversation.number }));
    if (frame.more) workspace.sayHello();
  },

  message(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    const hole = conversation.receive(frame);
    if (conversation.isMine(frame.client_id)) workspace.flush(conversation);
    if (hole) return workspace.sayHello();
    if (frame.author === "visitor" && conversation.id !== workspace.selection.selected.value) {
      const unread = conversation.unread.value;
      workspace.speak(t("said.message", { n: unread, number: conversation.number }));
    }
  },

  /** Follows the `welcome` that says the same; `more` is taken from there. */
  resumed(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    conversation.enter(frame.epoch);
    frame.events.forEach((event) => conversation.receive(event));
    conversation.outbox.rewind();
    workspace.flush(conversation);
  },

  note(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    conversation.addNote(frame);
    const { id, number } = conversation;
    if (id !== workspace.selection.selected.value && !conversation.isMine(frame.client_id))
      workspace.speak(t("said.note", { number }));
  },

  /** The page's own sealing has got the keys. */
  unlocked(workspace, frame) {
    openedHere(workspace, frame)?.unlock(frame);
  },

  typing(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    conversation.visitorTyping.value = frame.on;
    conversation.visitorTypedAt = workspace.now();
  },

  seen(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (conversation) conversation.visitorSaw.value = Math.max(conversation.visitorSaw.value, frame.seq);
  },

  visitor(workspace, frame) {
    openedHere(workspace, frame)?.setVisitor(frame.state, frame.grace_s, workspace.now());
  },

  joined(workspace, frame) {
    openedHere(workspace, frame)?.addLine(t("line.joined", { alias: frame.alias }), Date.parse(frame.at));
  },

  left(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    conversation.addLine(t("line.left", { alias: frame.alias }), Date.parse(frame.at));
  },

  parties(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    const { number } = conversation;
    if (frame.role === "owner" && conversation.facts.value.role === "guest")
      workspace.notify(t("said.yours", { number }));
    for (const { name } of conversation.setParties(frame)) workspace.notify(t("invite.gone", { name, number }));
  },

  closing(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (conversation) conversation.closing.value = { until: workspace.now() + frame.in_s * 1000, reason: frame.reason };
  },

  closed(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    if (conversation.leaving || BY_HAND.includes(frame.reason)) {
      if (!conversation.leaving && conversation.unsaved) return workspace.lose(conversation, "closed");
      workspace.notify(explain("closed", frame.reason, { number: conversation.number }));
      return workspace.remove(conversation.id);
    }
    conversation.end(frame.reason, workspace.now());
    // The open one says itself why it has ended.
    if (conversation.id !== workspace.selection.selected.value)
      workspace.speak(t("said.ended", { number: conversation.number }));
  },

  released(workspace, frame) {
    const conversation = openedHere(workspace, frame);
    if (!conversation) return;
    if (frame.reason !== "transferred" || conversation.unsaved)
      return workspace.lose(conversation, RELEASED.includes(frame.reason) ? frame.reason : "unknown");
    workspace.notify(t("released.transferred", { number: conversation.number }));
    workspace.remove(conversation.id);
  },

  colleagues(workspace, { colleagues }) {
    workspace.colleagues.value = colleagues;
  },

  error: refused,
};

/** The server has it too: it is neither for practice nor only requested. */
function isHeld({ practice, opening }) {
  return !practice && !opening.value;
}

function place(workspace, snapshot) {
  const conversation = workspace.conversations.value.find(({ id }) => id === snapshot.conversation);
  if (conversation) {
    conversation.opening.value = null;
    conversation.update(snapshot);
  }
  const placed = conversation ?? workspace.add(snapshot.conversation, (added) => added.update(snapshot));
  workspace.lost.giveBack(placed);
  return placed;
}

function timed(workspace, offer) {
  const now = workspace.now();
  return { ...offer, since: now - offer.waited_s * 1000, until: now + offer.expires_in_s * 1000, answer: null };
}
