// The counsellor's end of the sealing: a key pair for each conversation, the keys that are granted to it, what is said
// opened and sealed. Frames pass through it in both directions; the rest of the page knows plain texts only.

import { newPair } from "../chat/sealed.js";
import { ConversationKeys } from "./conversation_keys.js";

const SEALED = ["say", "note", "transfer"];
const ASKED_AGAIN_MS = 5000;

export class Sealing {
  #send;
  #isOpen;
  #store;
  #deliver;
  #now;
  #conversations = new Map();
  #spare = null;
  /** Frames that are being sealed; what is sent meanwhile follows them. */
  #outgoing = null;

  /** `send(frame)`, and `isOpen()`: whether there is a connection; `deliver(frame)`: one of this end's own; `store`: as
      in key_store.js. */
  constructor({ send, isOpen, deliver, store, now = () => Date.now() }) {
    this.#send = send;
    this.#isOpen = isOpen;
    this.#deliver = deliver;
    this.#store = store;
    this.#now = now;
  }

  /** Before the first connection: the pairs of this browser, and one for the next conversation. */
  async load() {
    for (const kept of await this.#store.load()) this.#keys(kept.conversation).restore(kept);
    await this.#prepareSpare();
  }

  /** For `hello`: the public keys of this browser. */
  get names() {
    const named = [...this.#conversations.values()].filter(({ pair }) => pair).slice(-50);
    return Object.fromEntries(named.map(({ id, pair }) => [id, pair.name]));
  }

  async #prepareSpare() {
    this.#spare = await newPair();
  }

  #keys(id) {
    if (!this.#conversations.has(id)) {
      const unlocked = (frame) => this.#deliver({ type: "unlocked", conversation: id, ...frame });
      this.#conversations.set(id, new ConversationKeys(id, { send: this.#send, unlocked, store: this.#store }));
    }
    return this.#conversations.get(id);
  }

  // From the server

  /** As soon as it comes, though those before it may still have to be opened. */
  heard({ type, conversation }) {
    if (type === "left") this.#conversations.get(conversation)?.heardLeft();
  }

  /** The frame with its texts opened, or a promise of it. */
  opened(frame) {
    switch (frame.type) {
      case "welcome":
        return this.#welcome(frame);
      case "opened":
        return this.#snapshot(frame);
      case "message":
      case "note":
        return this.#known(frame, async (keys) => keys.open(frame));
      case "resumed":
        return this.#known(frame, async (keys) => ({ ...frame, events: await keys.openAll(frame.events) }));
      case "grant":
        return this.#known(frame, (keys) => keys.granted(frame));
      case "grant_wanted":
        return this.#known(frame, (keys) => keys.grant(frame));
      case "parties":
      case "left":
      case "visitor":
        return this.#known(frame, (keys) => keys.changed(frame));
      case "closed":
      case "released":
        this.#forget(frame.conversation);
    }
    return frame;
  }

  #known(frame, act) {
    const keys = this.#conversations.get(frame.conversation);
    return keys ? Promise.resolve(act(keys)).then((result) => result ?? frame) : frame;
  }

  async #welcome(frame) {
    const kept = new Set(frame.conversations.map(({ conversation }) => conversation));
    for (const id of this.#conversations.keys()) if (!kept.has(id)) this.#forget(id);
    return { ...frame, conversations: await Promise.all(frame.conversations.map((one) => this.#snapshot(one))) };
  }

  async #snapshot(snapshot) {
    const keys = this.#keys(snapshot.conversation);
    if (!keys.pair) keys.adopt(await this.#takeSpare());
    return keys.snapshot(snapshot);
  }

  #forget(id) {
    this.#conversations.delete(id);
    this.#store.forget(id);
  }

  async #takeSpare() {
    const pair = this.#spare ?? (await newPair());
    this.#spare = null;
    void this.#prepareSpare();
    return pair;
  }

  // To the server

  /** Whether there was a connection. What cannot be sealed yet waits for the keys, until the connection is replaced. */
  send(frame) {
    if (frame.type === "accept" || frame.type === "take") return this.#send(this.#withKey(frame));
    const keys = this.#conversations.get(frame.conversation);
    const sealed = SEALED.includes(frame.type) && (frame.type !== "transfer" || frame.note);
    if (!sealed && !this.#outgoing) return this.#send(frame);
    if ((sealed && !keys) || !this.#isOpen()) return false;
    const send = (one) => this.#send(one);
    const turn = Promise.all([sealed ? keys.seal(frame, send) : frame, this.#outgoing])
      .then(([ready]) => {
        if (this.#outgoing === turn) this.#outgoing = null;
        if (ready && sealed) keys.pass(frame, ready, send);
        else if (ready) this.#send(ready);
      })
      .catch(() => this.#refused(frame));
    this.#outgoing = turn;
    return true;
  }

  /** Settles when all that was given to `send` is on its way, or waits for keys. */
  get sending() {
    return this.#outgoing;
  }

  #withKey(frame) {
    const keys = this.#keys(frame.conversation);
    if (!keys.pair && this.#spare) {
      keys.adopt(this.#spare);
      this.#spare = null;
      void this.#prepareSpare();
    }
    return keys.pair ? { ...frame, key: keys.pair.name } : frame;
  }

  #refused({ conversation, client_id: clientId = null }) {
    this.#deliver({
      type: "error",
      code: "too_long",
      detail: "",
      client_id: clientId,
      retry_after_s: null,
      conversation,
    });
  }

  /** Signed out: no key stays in this browser. */
  leave() {
    this.#conversations.clear();
    this.#store.clear();
  }

  /** A new connection: what waited for keys is sent again by whoever wrote it. */
  connected() {
    for (const keys of this.#conversations.values()) keys.dropWaiting();
  }

  /** Once a second: asks again for keys that have not come. */
  tick() {
    for (const keys of this.#conversations.values()) keys.askAgain(this.#now(), ASKED_AGAIN_MS);
  }
}
