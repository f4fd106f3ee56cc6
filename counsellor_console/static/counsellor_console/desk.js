// The counsellor's desk: everything on the screen as signals, and what the counsellor can do. What the server says
// comes in through frames.js; what is done goes out through `send(frame)`, which tells whether there was a connection.

import { computed, signal } from "../chat/vendor/preact.js";
import { newClientId } from "../chat/outbox.js";
import { t } from "./words.js";

const NOTICE_MS = 12_000;
const MOST_NOTICES = 2;
const TYPING_EVERY_MS = 3_000;
/** Nobody's words stay on a screen that was left. */
const KEPT_AFTER_THE_END_MS = 10 * 60_000;
const OVER_A_CONVERSATION = ["transfer", "invite", "close", "block"];

export class Desk {
  #send;
  #typing = { id: null, at: 0 };
  #notices = 0;

  constructor({ send, now = () => Date.now() }) {
    this.#send = send;
    this.now = now;
    this.ready = signal(false);
    this.connection = signal({ name: "connecting" });
    this.me = signal({ id: null, name: "" });
    this.availability = signal({ state: "away", capacity: 1, max_capacity: 1, missed: 0, reason: null });
    this.offers = signal([]);
    this.queue = signal([]);
    this.colleagues = signal([]);
    this.canned = signal([]);
    this.codes = signal({ themes: [], subthemes: {}, given: [], block_reasons: [], pools: [], languages: [], audiences: [] });
    this.limits = signal({ body: 4000, timebox_min: 45 });
    this.guarded = signal([]);
    this.conversations = signal([]);
    this.selected = signal(null);
    /** What a small screen shows: "list", "chat" or "side"; a middling one shows two of them. */
    this.view = signal("list");
    /** Which dialog is open: "help", "transfer", "invite", "close", "block", "setup" or null. */
    this.dialog = signal(null);
    this.notices = signal([]);
    /** For screen readers, politely: what happened outside the open transcript. */
    this.spoken = signal("");
    /** The field that should take the focus, because the counsellor asked for it: {id, place: "message" | "note"}. Fields
        take it while they are drawn, before the next key: a late focus would send a note's first letters to the visitor. */
    this.attention = signal(null);
    /** Conversations that this page asked for: they open on the screen when they come. */
    this.wanted = new Set();

    this.current = computed(() => this.conversations.value.find(({ id }) => id === this.selected.value) ?? null);
    /** Who waits and does not ring at me already. */
    this.others = computed(() => {
      const ringing = new Set(this.offers.value.map(({ conversation }) => conversation));
      return this.queue.value.filter(({ conversation }) => !ringing.has(conversation));
    });
    this.active = computed(() => this.conversations.value.filter((conversation) => !conversation.ended.value));
    this.unread = computed(() => this.active.value.reduce((sum, { unread }) => sum + unread.value, 0));
    this.online = computed(() => this.connection.value.name === "open" && this.ready.value);
  }

  // What the counsellor does

  setAvailability(state, capacity = this.availability.value.capacity) {
    if (this.#tell({ type: "availability", state, capacity })) {
      this.availability.value = { ...this.availability.value, state, capacity, missed: 0, reason: null };
    }
  }

  accept(id = this.offers.value[0]?.conversation) {
    if (!id) return;
    this.wanted.add(id);
    if (!this.#tell({ type: "accept", conversation: id })) return;
    this.offers.value = this.offers.value.map((offer) => (offer.conversation === id ? { ...offer, accepting: true } : offer));
  }

  refuse(id = this.offers.value[0]?.conversation) {
    if (!id || !this.#tell({ type: "refuse", conversation: id })) return;
    this.offers.value = this.offers.value.filter(({ conversation }) => conversation !== id);
  }

  take(id = this.others.value[0]?.conversation) {
    if (!id) return;
    this.wanted.add(id);
    this.#tell({ type: "take", conversation: id });
  }

  say(conversation, body) {
    conversation.write(body);
    this.#typing = { id: null, at: 0 };
    this.flush(conversation);
  }

  flush(conversation) {
    conversation.flush((item) => this.#send({
      type: "say", conversation: conversation.id, client_id: item.client_id, body: item.body,
    }));
  }

  retry(conversation, clientId) {
    conversation.retry(clientId);
    this.flush(conversation);
  }

  /** Tells the visitor that somebody is writing: at most every three seconds, and once when it stops. */
  typing(conversation, on) {
    const { id, at } = this.#typing;
    if (on && id === conversation.id && this.now() - at < TYPING_EVERY_MS) return;
    if (!on && id !== conversation.id) return;
    this.#typing = on ? { id: conversation.id, at: this.now() } : { id: null, at: 0 };
    this.#send({ type: "typing", conversation: conversation.id, on });
  }

  /** The counsellor has the end of this transcript before their eyes. */
  read(conversation) {
    const seq = conversation.read();
    if (seq && !conversation.ended.value) this.#send({ type: "seen", conversation: conversation.id, seq });
  }

  note(conversation, body) {
    return this.#tell({ type: "note", conversation: conversation.id, client_id: newClientId(), body });
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
    const conversation = this.current.value;
    if (!conversation || conversation.ended.value || conversation.facts.value.role !== "owner") return;
    if (!conversation.practice || name === "close") this.dialog.value = name;
  }

  /** `focus`: whether the message field takes the focus (a choice by hand), or only the screen changes. */
  select(id, { focus = true } = {}) {
    this.selected.value = id;
    if (focus) this.view.value = id ? "chat" : "list";
    if (focus) this.attention.value = id && { id, place: "message" };
  }

  writeNote() {
    if (!this.selected.value) return;
    this.view.value = "side";
    this.attention.value = { id: this.selected.value, place: "note" };
  }

  /** Whether this field is asked to take the focus; asking answers the request. */
  takesFocus(conversation, place) {
    const wanted = this.attention.value;
    if (wanted?.id !== conversation.id || wanted.place !== place) return false;
    this.attention.value = null;
    return true;
  }

  /** The next conversation (1) or the one before (-1), round and round. */
  selectNext(step) {
    const all = this.conversations.value;
    if (!all.length) return;
    const at = all.findIndex(({ id }) => id === this.selected.value);
    this.select(all[at < 0 ? 0 : (at + step + all.length) % all.length].id);
  }

  /** Whoever has been waiting longest for an answer. */
  selectWaiting() {
    const waiting = this.active.value.filter(({ id, waitingSince }) => waitingSince.value && id !== this.selected.value);
    const first = waiting.sort((a, b) => a.waitingSince.value - b.waitingSince.value)[0];
    if (first) this.select(first.id);
  }

  /** Takes a conversation, and its text, off the screen. */
  remove(id) {
    const at = this.conversations.value.findIndex((conversation) => conversation.id === id);
    if (at < 0) return;
    this.conversations.value = this.conversations.value.filter((conversation) => conversation.id !== id);
    if (this.selected.value !== id) return;
    this.dialog.value = null;
    this.view.value = "list";
    const left = this.conversations.value;
    const next = left.find(({ waitingSince }) => waitingSince.value) ?? left[Math.min(at, left.length - 1)];
    this.select(next?.id ?? null, { focus: false });
  }

  // What the desk says

  /** A line that goes away by itself: {kind: "info" | "warning" | "danger", text}. */
  notify(text, kind = "info") {
    const id = ++this.#notices;
    // What is said again is said anew, not twice; and never so much at once that it hides the work.
    const others = this.notices.value.filter((notice) => notice.text !== text).slice(1 - MOST_NOTICES);
    this.notices.value = [...others, { id, kind, text, until: this.now() + NOTICE_MS }];
  }

  dismiss(id) {
    this.notices.value = this.notices.value.filter((notice) => notice.id !== id);
  }

  /** Once a second: what has run out leaves. An offer does too, should the server's word be late. */
  tick() {
    const now = this.now();
    if (this.notices.value.some(({ until }) => until <= now)) {
      this.notices.value = this.notices.value.filter(({ until }) => until > now);
    }
    for (const { id, ended } of this.conversations.value) {
      if (ended.value && ended.value.at + KEPT_AFTER_THE_END_MS <= now) this.remove(id);
    }
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
