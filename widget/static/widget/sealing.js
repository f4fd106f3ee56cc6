/* The visitor's end of the sealing: makes the keys of the conversation, grants them to who takes part, seals what is
   sent and opens what comes. Loaded when somebody asks (lazy_sealing.js). */

export { split } from "../chat/links.js";
import { Keyring, newPair, openStored, sealGrant, sealStored } from "../chat/sealed.js";

/** Somebody who lost the keys, with the store's memory, goes on with generations that nobody has seen. */
const LOST = 1000;

export class Sealing {
  #options;
  #keyring = null;
  /** This page's own: a reload makes another. */
  #pair = newPair();
  #conversation = null;
  /** The public keys of their browsers, by the number of each counsellor. */
  #parties = new Map();
  /** The numbers of those who know the newest key. */
  #granted = new Set();
  #turn = 0;
  #last = "";
  /** What is in the store, for a reload: keys, and what was typed and not sent. */
  sealed;

  /** `kept`: what was sealed before a reload; `storageKey()`, `longest()`: as the server gives them now;
      `send(frame)`. */
  constructor(options) {
    this.#options = options;
    this.sealed = options.kept;
  }

  /** The frame with its texts opened. `unopened`: one could not be. */
  async opened(frame) {
    return (await this.#received[frame.type]?.(frame)) ?? frame;
  }

  #received = {
    waiting: ({ conversation }) => this.#begin(conversation),

    joined: ({ number, key }) => {
      this.#know(number, key);
      return this.#grant(number);
    },

    left: ({ number }) => {
      this.#parties.delete(number);
      return this.#renewFor([number]);
    },

    grant_wanted: async ({ number, key, generation }) => {
      this.#know(number, key);
      if (generation <= this.#keyring.newest) return this.#grant(number, [key]);
      this.#keyring.renew(generation);
      await this.#grantAll();
    },

    message: async (message) => {
      const [frame] = await this.#openAll([message]);
      return frame;
    },

    resumed: async (frame) => {
      const restored = this.#keyring ? null : await this.#restore();
      const lost = frame.state === "active" || frame.events.length;
      this.#begin(frame.conversation, lost ? frame.epoch * LOST + 1 : 1);
      this.#parties = new Map(frame.parties.map(({ number, keys }) => [number, keys]));
      await this.#renewFor([...this.#granted].filter((number) => !this.#parties.has(number)));
      return { ...frame, events: await this.#openAll(frame.events), restored };
    },
  };

  #begin(conversation, generation) {
    this.#conversation = conversation;
    this.#keyring ??= Keyring.fresh(generation);
  }

  async #restore() {
    const kept = this.sealed && (await openStored(this.#options.storageKey(), this.sealed));
    if (!kept) return null;
    this.#keyring = new Keyring(kept.keyring);
    this.#granted = new Set(kept.granted);
    return kept;
  }

  #know(number, key) {
    const known = this.#parties.get(number) ?? [];
    this.#parties.set(number, key && !known.includes(key) ? [...known, key] : known);
  }

  /** Whoever left opens nothing of what comes now. */
  async #renewFor(left) {
    if (left.some((number) => this.#granted.has(number))) this.#keyring.renew();
    await this.#grantAll();
  }

  async #grantAll() {
    this.#granted.clear();
    await Promise.all([...this.#parties.keys()].map((number) => this.#grant(number)));
  }

  async #grant(number, keys = this.#parties.get(number)) {
    this.#granted.add(number);
    const pair = await this.#pair;
    for (const to of keys) {
      // A key that is no point of the curve gets nothing.
      const where = { conversation: this.#conversation, number, to };
      const grant = await sealGrant(this.#keyring, pair, where).catch(() => null);
      if (grant) this.#options.send({ type: "grant", for: number, to, ...grant });
    }
  }

  async #openAll(messages) {
    const all = await Promise.all(messages.map((one) => this.#open(one)));
    const count = all.filter(({ unopened }) => unopened).length;
    if (count) this.#options.send({ type: "unopened", count });
    return all;
  }

  async #open(message) {
    if (message.author === "system") return message;
    try {
      return { ...message, body: await this.#keyring.open(message.body, this.#about(message)) };
    } catch {
      return { ...message, body: null, unopened: true };
    }
  }

  #about({ author, number, client_id: clientId }) {
    const from = author === "visitor" ? author : String(number);
    return { conversation: this.#conversation, author: from, clientId, kind: "message" };
  }

  /** An item of the outbox as an envelope. Throws `RangeError`. */
  async seal({ body, client_id }) {
    return this.#keyring.seal(body, this.#about({ author: "visitor", client_id }), this.#options.longest());
  }

  /** Seals what a reload needs: the keys, and `unsent`. Resolves to whether `sealed` has changed: not when something
      newer is being sealed. */
  async keep(unsent) {
    const key = this.#options.storageKey();
    if (!this.#keyring || !key) return false;
    const value = { keyring: this.#keyring.written, granted: [...this.#granted], ...unsent };
    const text = key + JSON.stringify(value);
    if (text === this.#last) return false;
    this.#last = text;
    const turn = ++this.#turn;
    const sealed = await sealStored(key, value);
    if (turn === this.#turn) this.sealed = sealed;
    return turn === this.#turn;
  }
}
