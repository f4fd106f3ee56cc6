// The keys of one conversation, as a counsellor's browser has them. Until they are granted, what is said is locked, and
// what is written waits.

import { newClientId } from "../chat/outbox.js";
import { HIGHEST_ASKED, generationOf, openGrant, sealGrant } from "../chat/sealed.js";

export class ConversationKeys {
  #options;
  #keyring = null;
  #number = 0;
  #visitorGone = false;
  #askedAt = 0;
  /** The lowest generation that may be sealed with: whoever has left knows those before. */
  #least = 1;
  /** The highest generation that was ever granted here: an older grant is never taken again. */
  #newest = 0;
  /** Whether the visitor's browser granted it, which has the last word: a colleague's is not taken after that. */
  #byVisitor = false;
  /** The highest number of a counsellor that this browser has heard of. */
  #met = 0;
  /** The numbers of those who take part. */
  #here = [];
  /** So many have left, which the page has not been told yet: frames before that are still being opened. */
  #leaving = 0;
  #locked = [];
  #waiting = [];
  pair = null;

  /** `send(frame)`; `unlocked({messages, notes})`: what has opened later; `store`: as in key_store.js. */
  constructor(id, options) {
    this.id = id;
    this.#options = options;
  }

  adopt(pair) {
    this.pair = pair;
    this.#save();
  }

  /** As the store has kept it. */
  restore({ pair, newest, byVisitor = false, least, here, met = 0 }) {
    this.pair = pair;
    this.#newest = newest;
    this.#byVisitor = byVisitor;
    this.#least = least;
    this.#here = here;
    this.#met = met;
  }

  #save() {
    const [newest, byVisitor, least] = [this.#newest, this.#byVisitor, this.#least];
    const [here, met] = [this.#here, this.#met];
    this.#options.store.save({ conversation: this.id, pair: this.pair, newest, byVisitor, least, here, met });
  }

  get #ready() {
    return this.#keyring !== null && this.#keyring.newest >= this.#least && !this.#leaving;
  }

  async snapshot(snapshot) {
    this.#number = snapshot.number;
    this.#visitorGone = snapshot.visitor === "gone";
    this.#leaving = 0;
    this.#arrange(snapshot);
    if (snapshot.grant) await this.#take(snapshot.grant);
    if (!this.#ready) this.#ask();
    const [messages, notes] = await Promise.all([this.openAll(snapshot.messages), this.openAll(snapshot.notes)]);
    await this.#sendWaiting();
    return { ...snapshot, messages, notes, keys: this.#keyring !== null };
  }

  /** Before the frames that came earlier are worked off: from now on nothing goes out with a key that they know. */
  heardLeft() {
    this.#leaving += 1;
  }

  changed(frame) {
    const { type, number, state } = frame;
    if (type === "visitor") this.#visitorGone = state === "gone";
    if (type === "parties") {
      this.#number = number;
      this.#arrange(frame);
    }
    if (type === "left") {
      this.#leaving = Math.max(0, this.#leaving - 1);
      this.#outdate();
      if (this.#keyring) this.#ask();
    }
  }

  /** Somebody may have left while this page was away, or closed; or have come and left. */
  #arrange({ numbers, parties_so_far: highest }) {
    const came = numbers.filter((one) => one > this.#met).length;
    const wentAgain = this.#met > 0 && highest - this.#met > came;
    const left = wentAgain || this.#here.some((one) => !numbers.includes(one));
    this.#here = numbers;
    this.#met = highest;
    if (left) this.#outdate();
    else this.#save();
  }

  #outdate() {
    this.#least = Math.max(this.#least, this.#newest + 1);
    this.#save();
  }

  #ask(at = 0) {
    this.#askedAt = at || this.#askedAt;
    this.#options.send({
      type: "grant_wanted",
      conversation: this.id,
      key: this.pair.name,
      generation: Math.min(Math.max(this.#least, this.#newest, 1), HIGHEST_ASKED),
    });
  }

  askAgain(now, everyMs) {
    if (this.#ready || !this.pair || !this.#number || now - this.#askedAt < everyMs) return;
    this.#ask(now);
  }

  async granted(grant) {
    await this.#take(grant);
    await this.#unlock();
    await this.#sendWaiting();
  }

  async #take(grant) {
    if (grant.to !== this.pair?.name) return;
    const where = { conversation: this.id, number: this.#number };
    const keyring = await openGrant(grant, this.pair, where).catch(() => null);
    if (!keyring || !this.#prevails(keyring, grant)) return;
    this.#keyring = keyring;
    if (keyring.newest === this.#newest && grant.by_visitor === this.#byVisitor) return;
    this.#newest = keyring.newest;
    this.#byVisitor = grant.by_visitor;
    this.#save();
  }

  #prevails(keyring, { by_visitor: byVisitor }) {
    return byVisitor === this.#byVisitor ? keyring.newest >= this.#newest : byVisitor;
  }

  /** Another browser asks, and the visitor's is away: whoever has the keys may grant them. */
  async grant({ number, key, generation }) {
    if (!this.#visitorGone || !this.#ready || this.#keyring.newest < generation) return;
    const where = { conversation: this.id, number, to: key };
    const grant = await sealGrant(this.#keyring, this.pair, where).catch(() => null);
    if (grant) this.#options.send({ type: "grant", conversation: this.id, for: number, to: key, ...grant });
  }

  // What is said

  async openAll(frames) {
    return Promise.all(frames.map((one) => this.open(one)));
  }

  /** A text that has no key yet is `locked`; one that its key does not open is `unopened`. */
  async open(frame) {
    if (frame.author === "system") return frame;
    const generation = generationOf(frame.body);
    if (!this.#keyring || generation > this.#keyring.newest) {
      this.#locked.push(frame);
      if (this.#keyring) {
        this.#least = Math.max(this.#least, generation);
        this.#ask();
      }
      return { ...frame, body: null, locked: true };
    }
    return this.#opened(frame);
  }

  async #opened(frame) {
    try {
      return { ...frame, body: await this.#keyring.open(frame.body, this.#about(frame)) };
    } catch {
      this.#options.send({ type: "unopened", conversation: this.id, count: 1 });
      return { ...frame, body: null, unopened: true };
    }
  }

  async #unlock() {
    if (!this.#keyring) return;
    const locked = this.#locked.splice(0);
    const all = (await this.openAll(locked)).filter((one) => !one.locked);
    if (!all.length) return this.#options.unlocked({ messages: [], notes: [] });
    const isNote = ({ note_seq }) => note_seq !== undefined;
    this.#options.unlocked({ messages: all.filter((one) => !isNote(one)), notes: all.filter(isNote) });
  }

  #about({ author, number, client_id: clientId, note_seq }) {
    const from = author === "visitor" ? author : String(number);
    return { conversation: this.id, author: from, clientId, kind: note_seq === undefined ? "message" : "note" };
  }

  // What is written

  /** The frame sealed; null: it waits for the keys, and is then given to `send`. */
  async seal(frame, send) {
    if (!this.#ready) {
      this.#waiting.push({ frame, send });
      return null;
    }
    const { type, body, client_id: clientId = newClientId(), note } = frame;
    const kind = type === "say" ? "message" : "note";
    const about = { conversation: this.id, author: String(this.#number), clientId, kind };
    const envelope = await this.#keyring.seal(type === "transfer" ? note : body, about);
    return type === "transfer" ? { ...frame, note: envelope, note_id: clientId } : { ...frame, body: envelope };
  }

  /** Gives a sealed frame to `send`, unless somebody who has its key has left meanwhile: then it waits for the next. */
  pass(frame, sealed, send) {
    if (this.#ready && generationOf(sealed.body ?? sealed.note) >= this.#least) send(sealed);
    else this.#waiting.push({ frame, send });
  }

  async #sendWaiting() {
    if (!this.#ready) return;
    for (const { frame, send } of this.#waiting.splice(0)) {
      const sealed = await this.seal(frame, send);
      if (sealed) this.pass(frame, sealed, send);
    }
  }

  dropWaiting() {
    this.#waiting = [];
  }
}
