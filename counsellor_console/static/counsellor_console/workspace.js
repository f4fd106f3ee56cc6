// The counsellor's workspace: everything on the screen as signals, and what the counsellor can do. The server's frames
// come in by frame_handlers.js; actions go out by `send(frame)`, which returns whether there was a connection.

import { computed, signal } from "../chat/vendor/preact.js";
import { DEFAULT_LIMITS } from "../chat/limits.js";
import { messageBody } from "../chat/message_body.js";
import { t } from "../chat/words.js";
import { Conversation } from "./conversation.js";
import { LostConversations } from "./lost_conversations.js";
import { Notices } from "./notices.js";
import { Selection } from "./selection.js";

const ANSWERED_WITHIN_MS = 5_000;
/** No words stay on a screen that was left. */
export const KEPT_AFTER_THE_END_MIN = 10;
const OVER_A_CONVERSATION = ["transfer", "invite", "close", "block"];

export class Workspace {
  #send;
  #typing = { id: null, at: 0 };
  #said = new Notices();

  /** `send(frame)` returns whether there was a connection; `sayHello()` asks the server for what is missing. */
  constructor({ send, sayHello = () => {}, now = () => Date.now() }) {
    this.#send = send;
    this.sayHello = sayHello;
    this.now = now;
    this.ready = signal(false);
    this.connection = signal({ name: "connecting" });
    this.me = signal({ id: null, name: "" });
    /** The server's value, and what this page has requested since: shown at once, until it is answered or clearly
        will not be. */
    this.readiness = signal({ state: "away", capacity: 1, max_capacity: 1, missed: 0, reason: null });
    this.asked = signal(null);
    this.offers = signal([]);
    this.queue = signal([]);
    this.colleagues = signal([]);
    this.canned = signal([]);
    this.codes = signal({
      themes: [],
      subthemes: {},
      given: [],
      block_reasons: [],
      pools: [],
      languages: [],
      audiences: [],
    });
    this.limits = signal(DEFAULT_LIMITS);
    this.guarded = signal([]);
    this.conversations = signal([]);
    this.lost = new LostConversations();
    this.selection = new Selection(this.conversations);
    /** Which dialog is open: "help", "transfer", "invite", "close", "block", "setup", "sign-out" or null. */
    this.dialog = signal(null);
    this.notices = this.#said.shown;
    this.spoken = this.#said.spoken;

    this.availability = computed(() => ({ ...this.readiness.value, ...this.asked.value }));
    /** The offers that were not answered here yet. */
    this.ringing = computed(() => this.offers.value.filter(({ answer }) => !answer));
    /** The queue, without conversations that ring here or were requested already. */
    this.others = computed(() => {
      const here = new Set([
        ...this.offers.value.map(({ conversation }) => conversation),
        ...this.conversations.value.map(({ id }) => id),
      ]);
      return this.queue.value.filter(({ conversation }) => !here.has(conversation));
    });
    this.active = computed(() => this.conversations.value.filter((conversation) => !conversation.ended.value));
    this.unread = computed(() => this.active.value.reduce((sum, { unread }) => sum + unread.value, 0));
    this.online = computed(() => this.connection.value.name === "open" && this.ready.value);
  }

  // What the counsellor does

  setAvailability(state, capacity = this.availability.value.capacity) {
    if (this.#tell({ type: "availability", state, capacity })) {
      this.asked.value = { state, capacity, missed: 0, reason: null, until: this.now() + ANSWERED_WITHIN_MS };
    }
  }

  accept(id = this.ringing.value[0]?.conversation) {
    const offer = this.ringing.value.find(({ conversation }) => conversation === id);
    if (this.#ask("accept", offer)) this.answered(id, "accept");
  }

  refuse(id = this.ringing.value[0]?.conversation) {
    if (id && this.#tell({ type: "refuse", conversation: id })) this.answered(id, "refuse");
  }

  take(id = this.others.value[0]?.conversation) {
    const entry = this.others.value.find(({ conversation }) => conversation === id);
    this.#ask("take", entry);
  }

  /** Shown at once: what is typed before the server has answered is for the accepted visitor, and for nobody
      else. */
  #ask(type, offer) {
    if (!offer || !this.#tell({ type, conversation: offer.conversation })) return false;
    const from = this.selection.selected.value;
    this.add(offer.conversation, (conversation) => conversation.ask(type, offer, { from, now: this.now() }));
    this.selection.select(offer.conversation);
    return true;
  }

  /** Requests again the conversations that are not open yet. */
  askAgain(conversation) {
    const type = this.conversations.value.includes(conversation) && conversation.opening.value;
    conversation.askedAt = this.now();
    if (type) this.#send({ type, conversation: conversation.id });
  }

  /** The answer to an offer was "accept" or "refuse"; null: it was not sent, and the offer rings again. */
  answered(id, answer) {
    this.offers.value = this.offers.value.map((offer) => (offer.conversation === id ? { ...offer, answer } : offer));
  }

  /** Removes an offer; returns it. */
  forgetOffer(id) {
    const offer = this.offers.value.find(({ conversation }) => conversation === id);
    if (offer) this.offers.value = this.offers.value.filter((one) => one !== offer);
    return offer;
  }

  /** One more conversation, `filled` before it is shown, with the smallest number that is free. */
  add(id, filled) {
    const taken = new Set(this.conversations.value.map(({ number }) => number));
    let number = 1;
    while (taken.has(number)) number += 1;
    const conversation = new Conversation(id, number, this.me.value.id);
    filled(conversation);
    this.conversations.value = [...this.conversations.value, conversation];
    return conversation;
  }

  say(conversation, body) {
    conversation.write(body);
    this.#typing = { id: null, at: 0 };
    this.flush(conversation);
  }

  flush(conversation) {
    if (conversation.opening.value) return;
    conversation.flush((item) =>
      this.#send({
        type: "say",
        conversation: conversation.id,
        client_id: item.client_id,
        body: item.body,
      }),
    );
  }

  retry(conversation, clientId) {
    conversation.retry(clientId);
    this.flush(conversation);
  }

  /** Tells the visitor that somebody is writing: not at every key, and once when they stop. */
  typing(conversation, on) {
    if (conversation.opening.value) return;
    const { id, at } = this.#typing;
    if (on && id === conversation.id && this.now() - at < this.limits.value.typing_every_s * 1000) return;
    if (!on && id !== conversation.id) return;
    this.#typing = on ? { id: conversation.id, at: this.now() } : { id: null, at: 0 };
    this.#send({ type: "typing", conversation: conversation.id, on });
  }

  /** The counsellor sees the end of this transcript. */
  read(conversation) {
    const seq = conversation.read();
    if (seq && !conversation.ended.value) this.#send({ type: "seen", conversation: conversation.id, seq });
  }

  /** Sends the note that is in its field; without a connection it stays there. */
  note(conversation) {
    const body = messageBody(conversation.noteDraft.value);
    if (!body || conversation.opening.value) return;
    const { client_id } = conversation.noteOutbox.add(body);
    if (this.#tell({ type: "note", conversation: conversation.id, client_id, body })) conversation.noteDraft.value = "";
    else conversation.noteOutbox.discard(client_id);
  }

  /** After a cut: sends again what is not acknowledged; the server recognises by client id what it has. */
  notesAgain(conversation) {
    conversation.noteOutbox.items.forEach(({ client_id, body }) =>
      this.#send({ type: "note", conversation: conversation.id, client_id, body }),
    );
  }

  /** `to`: one of {pool}, {theme}, {counsellor}. */
  transfer(conversation, to, note) {
    return this.#tell({ type: "transfer", conversation: conversation.id, to, ...(note ? { note } : {}) });
  }

  invite(conversation, colleague) {
    return this.#tell({ type: "invite", conversation: conversation.id, counsellor: colleague.id });
  }

  withdraw(conversation, colleague) {
    if (!this.#tell({ type: "withdraw", conversation: conversation.id, counsellor: colleague.id })) return;
    conversation.guests.value = conversation.guests.value.filter(({ id }) => id !== colleague.id);
  }

  close(conversation, classification) {
    conversation.leaving = this.#tell({ type: "close", conversation: conversation.id, classification });
    return conversation.leaving;
  }

  block(conversation, reason) {
    conversation.leaving = this.#tell({ type: "block", conversation: conversation.id, reason });
    return conversation.leaving;
  }

  /** Opens a dialog; one about a conversation only where it is the counsellor's own and still open. */
  open(name) {
    if (!OVER_A_CONVERSATION.includes(name)) {
      this.dialog.value = name;
      return;
    }
    const conversation = this.selection.current.value;
    if (
      !conversation ||
      conversation.opening.value ||
      conversation.ended.value ||
      conversation.facts.value.role !== "owner"
    )
      return;
    if (!conversation.practice || name === "close") this.dialog.value = name;
  }

  /** Somebody else has it, or it is over: a line stays, and what the counsellor had not sent. */
  lose(conversation, reason) {
    this.lost.keep(conversation, reason);
    this.remove(conversation.id);
  }

  /** Removes a conversation, and its text, from the screen. */
  remove(id) {
    const at = this.conversations.value.findIndex((conversation) => conversation.id === id);
    if (at < 0) return;
    this.conversations.value = this.conversations.value.filter((conversation) => conversation.id !== id);
    if (this.selection.selected.value !== id) return;
    this.dialog.value = null;
    this.selection.view.value = "list";
    const left = this.conversations.value;
    const next = left.find(({ waitingSince }) => waitingSince.value) ?? left[Math.min(at, left.length - 1)];
    this.selection.select(next?.id ?? null, { focus: false });
  }

  /** Signed out: removes all words. */
  leave() {
    for (const list of [this.conversations, this.offers, this.queue]) list.value = [];
    this.selection.selected.value = this.dialog.value = this.asked.value = null;
    this.lost.clear();
    this.#said.clear();
  }

  // What the workspace shows by itself

  /** A line that disappears by itself: {kind: "info" | "warning" | "danger", text}. */
  notify(text, kind = "info") {
    this.#said.notify(text, kind, this.now());
  }

  dismiss(id) {
    this.#said.dismiss(id);
  }

  speak(text) {
    this.#said.speak(text);
  }

  /** Once a second: removes what has expired, offers too if the server's frame is late. */
  tick() {
    const now = this.now();
    this.#said.tick(now);
    for (const { id, ended } of this.conversations.value) {
      if (ended.value && ended.value.at + KEPT_AFTER_THE_END_MIN * 60_000 <= now) this.remove(id);
    }
    if (this.asked.value?.until <= now) this.asked.value = null;
    const typedBefore = now - this.limits.value.typing_shown_s * 1000;
    for (const { visitorTyping, visitorTypedAt } of this.active.value) {
      if (visitorTyping.value && visitorTypedAt <= typedBefore) visitorTyping.value = false;
    }
    // Neither opened nor gone: it ended before the server could send either.
    this.active.value
      .filter(({ opening, askedAt }) => opening.value && askedAt + ANSWERED_WITHIN_MS <= now)
      .forEach((one) => this.askAgain(one));
    if (this.offers.value.some(({ until }) => until + 5_000 <= now)) {
      this.offers.value = this.offers.value.filter(({ until }) => until + 5_000 > now);
    }
  }

  #tell(frame) {
    const sent = this.#send(frame);
    if (!sent) this.notify(t("error.offline"), "warning");
    return sent;
  }
}
