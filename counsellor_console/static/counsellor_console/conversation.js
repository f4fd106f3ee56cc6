// One conversation as the counsellor's page knows it: the transcript, the draft, who takes part.
// Nothing here is ever stored: the draft and the outbox live and die with the page (privacy: no words on a disk,
// and browsers do write sessionStorage to disk).

import { computed, signal } from "../chat/vendor/preact.js";
import { newClientId, Outbox } from "../chat/outbox.js";
import { Thread } from "../chat/thread.js";
import { t } from "../chat/words.js";

export class Conversation {
  #thread = new Thread();
  #lines = [];
  #me;
  /** The client ids of this counsellor's messages and notes. */
  #ownIds = new Set();

  /** `number`: the small number by which the counsellor tells their conversations apart ("2"). `me`: their id. */
  constructor(id, number, me) {
    this.id = id;
    this.number = number;
    this.#me = me;
    const newId = () => this.#own(newClientId());
    this.outbox = new Outbox([], { newId });
    this.noteOutbox = new Outbox([], { newId });
    this.facts = signal({
      theme: "",
      language: "fr",
      audience: "public",
      role: "owner",
      waited: 0,
      acceptedAt: 0,
    });
    this.messages = signal([]);
    this.pending = signal([]);
    this.lines = signal([]);
    this.notes = signal([]);
    this.visitor = signal({ state: "present", until: 0 });
    this.visitorTyping = signal(false);
    this.visitorTypedAt = 0;
    this.visitorSaw = signal(0);
    this.closing = signal(null);
    this.ended = signal(null);
    this.draft = signal("");
    this.noteDraft = signal("");
    this.readTo = signal(0);
    this.notesReadTo = signal(0);
    /** Colleagues who were invited: {id, name, joined}. */
    this.guests = signal([]);
    /** How this page has requested it ("accept" or "take"), until the server has opened it; and which one was
        open before. */
    this.opening = signal(null);
    this.askedFrom = null;
    this.askedAt = 0;
    /** The keys of what is said have come: before, nothing can be read or sent. */
    this.unlocked = signal(false);
    /** This page has asked to close it. */
    this.leaving = false;

    this.fromVisitor = computed(() => this.messages.value.filter(({ author }) => author === "visitor"));
    this.unread = computed(() => this.fromVisitor.value.filter((message) => rank(message) > this.readTo.value).length);
    this.unreadNotes = computed(
      () =>
        this.notes.value.filter((note) => noteRank(note) > this.notesReadTo.value && !this.isMine(note.client_id))
          .length,
    );
    /** Since when (ms) the visitor has been waiting for an answer; 0 when it is their turn. */
    this.waitingSince = computed(() => (this.ended.value ? 0 : this.#unansweredSince()));
  }

  get after() {
    return { epoch: this.#thread.epoch, seq: this.#thread.after };
  }

  get hole() {
    return this.#thread.hole;
  }

  /** A snapshot: the whole conversation at first, only what followed when the page reconnects. */
  update(snapshot) {
    this.facts.value = {
      theme: snapshot.theme,
      language: snapshot.language,
      audience: snapshot.audience,
      role: snapshot.role,
      waited: snapshot.waited_s,
      acceptedAt: Date.parse(snapshot.accepted_at),
    };
    this.guests.value = snapshot.guests ?? [];
    this.unlocked.value = snapshot.keys ?? true;
    this.enter(snapshot.epoch);
    this.setVisitor(snapshot.visitor, snapshot.visitor_grace_s ?? 0);
    snapshot.messages.forEach((message) => this.receive(message));
    (snapshot.notes ?? []).forEach((note) => this.addNote(note));
  }

  /** True when an earlier message is missing: say hello again. */
  receive(message) {
    this.enter(message.epoch);
    if (message.by === this.#me) this.#own(message.client_id);
    const { hole } = this.#thread.receive(message);
    this.messages.value = this.#thread.messages;
    if (message.client_id && this.outbox.acknowledged(message.client_id)) this.#showPending();
    if (message.author === "visitor") this.visitorTyping.value = false;
    if (message.author !== "system") this.closing.value = null;
    return hole;
  }

  /** A new epoch: the server lost the earlier messages; they stay readable here, above a line that says so. */
  enter(epoch) {
    if (epoch <= this.#thread.epoch) return;
    this.#thread.enter(epoch);
    this.visitorSaw.value = 0;
    if (this.#thread.messages.length > 0) this.addLine(t("line.gap"), Date.now());
  }

  addNote(note) {
    if (note.by === this.#me) this.#own(note.client_id);
    this.noteOutbox.acknowledged(note.client_id);
    if (this.notes.value.some((known) => noteRank(known) === noteRank(note))) return;
    this.notes.value = [...this.notes.value, note].sort((a, b) => noteRank(a) - noteRank(b));
  }

  /** A line of the page's own in the transcript, after the messages so far ("A colleague joined"). */
  addLine(text, at) {
    this.#lines = [...this.#lines, { text, at, after: rank(this.messages.value.at(-1)) }];
    this.lines.value = this.#lines;
  }

  /** Sets the counsellor's role and the guests; returns those who were invited and did not join. */
  setParties({ role, guests }) {
    const still = new Set(guests.map(({ id }) => id));
    const gone = this.guests.value.filter(({ id, joined }) => !joined && !still.has(id));
    this.facts.value = { ...this.facts.value, role };
    this.guests.value = guests;
    return gone;
  }

  /** Puts a refused note back into its field; returns whether it was a note. */
  noteRefused(clientId) {
    const item = this.noteOutbox.items.find(({ client_id: id }) => id === clientId);
    if (!item) return false;
    this.noteOutbox.discard(clientId);
    this.noteDraft.value = [item.body, this.noteDraft.value].filter(Boolean).join("\n");
    return true;
  }

  isMine(clientId) {
    return this.#ownIds.has(clientId);
  }

  #own(clientId) {
    this.#ownIds.add(clientId);
    return clientId;
  }

  /** The keys have come: what could not be read before can be. */
  unlock({ messages, notes }) {
    this.unlocked.value = true;
    messages.forEach((message) => this.#thread.replace(message));
    this.messages.value = this.#thread.messages;
    const opened = new Map(notes.map((note) => [noteRank(note), note]));
    this.notes.value = this.notes.value.map((note) => opened.get(noteRank(note)) ?? note);
  }

  write(body) {
    this.outbox.add(body);
    this.draft.value = "";
    this.#showPending();
  }

  /** Sends what may be sent now by `send(item)`, which returns whether there was a connection. */
  flush(send) {
    for (let item = this.outbox.next(); item; item = this.outbox.next()) {
      if (!send(item)) {
        this.outbox.rewind();
        break;
      }
    }
    this.#showPending();
  }

  refused(clientId, code) {
    this.outbox.refused(clientId, code);
    this.#showPending();
  }

  underWayRefused(code) {
    const message = this.outbox.items.find(({ state }) => state === "sending");
    if (message) this.refused(message.client_id, code);
    // The last one first: each comes before what is in the field.
    [...this.noteOutbox.items].reverse().forEach(({ client_id: id }) => this.noteRefused(id));
  }

  postpone(clientId) {
    this.outbox.later(clientId);
    this.#showPending();
  }

  retry(clientId) {
    this.outbox.retry(clientId);
    this.#showPending();
  }

  /** Moves a message that could not be sent back into the draft, so that it can be changed. */
  takeBack(clientId) {
    const item = this.outbox.items.find(({ client_id: id }) => id === clientId);
    if (!item) return;
    this.outbox.discard(clientId);
    this.draft.value = this.draft.value ? `${item.body}\n${this.draft.value}` : item.body;
    this.#showPending();
  }

  setVisitor(state, graceS = 0, now = Date.now()) {
    this.visitor.value = { state, until: state === "gone" && graceS ? now + graceS * 1000 : 0 };
    if (state === "gone") this.visitorTyping.value = false;
  }

  /** Marks everything received so far as read; returns the last seq to tell the visitor, or 0 if nothing is new. */
  read() {
    const last = this.fromVisitor.value.at(-1);
    if (!last || rank(last) <= this.readTo.value) return 0;
    this.readTo.value = rank(last);
    return last.seq;
  }

  readNotes() {
    this.notesReadTo.value = noteRank(this.notes.value.at(-1));
  }

  end(reason, now) {
    this.ended.value = { reason, at: now };
    this.closing.value = null;
    this.visitorTyping.value = false;
  }

  /** The counsellor can write from the moment of the request; messages wait until it is open. */
  ask(type, offer, { from, now }) {
    this.opening.value = type;
    this.askedFrom = from;
    this.askedAt = now;
    this.facts.value = {
      theme: offer.theme,
      language: offer.language,
      audience: offer.audience,
      role: offer.invited ? "guest" : "owner",
      waited: (now - offer.since) / 1000,
      acceptedAt: now,
    };
  }

  get unsaved() {
    const written = this.draft.value.trim() + this.noteDraft.value.trim();
    return !this.ended.value && (written !== "" || this.pending.value.length > 0 || this.noteOutbox.items.length > 0);
  }

  #unansweredSince() {
    if (this.pending.value.some(({ state }) => state !== "failed")) return 0;
    const spoken = this.messages.value.filter(({ author }) => author !== "system");
    const answered = spoken.findLastIndex(({ author }) => author === "counsellor");
    const first = spoken[answered + 1];
    if (first) return Date.parse(first.at);
    const { role, acceptedAt } = this.facts.value;
    // Nobody has greeted the visitor yet, or a colleague did before the transfer.
    return role === "owner" && !spoken.some(({ client_id: id }) => this.isMine(id)) ? acceptedAt : 0;
  }

  #showPending() {
    this.pending.value = this.outbox.items;
  }
}

const EPOCH = 1_000_000;

/** One number that orders messages across epochs (a transcript has at most 1,000 messages). */
export function rank(message) {
  return message ? message.epoch * EPOCH + message.seq : 0;
}

export function noteRank(note) {
  return note ? (note.epoch ?? 1) * EPOCH + note.note_seq : 0;
}
