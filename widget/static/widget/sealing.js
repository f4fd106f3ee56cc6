/* The visitor's end of the sealing: makes the keys of the conversation, grants them to who takes part, seals what is
   sent and opens what comes. Loaded when somebody asks (lazy_sealing.js). */

export { split } from "../chat/links.js";
import {
  HIGHEST_ASKED,
  Keyring,
  generationKey,
  generationOf,
  newPair,
  newRoot,
  openStored,
  sealGrant,
  sealStored,
} from "../chat/sealed.js";

/** Somebody who lost the keys, with the store's memory, goes on with generations that nobody has seen. */
const LOST = 1000;
/** And who lost them twice since then does not make the same generation again, with another key. */
const LOST_AGAIN = 900;

const generationAfterLoss = (epoch) => epoch * LOST + 1 + Math.floor(Math.random() * LOST_AGAIN);

export class Sealing {
  #options;
  /** What the keys are made from; null: there is no conversation yet. */
  #root = null;
  #keyring = new Keyring([]);
  /** This page's own: a reload makes another. */
  #pair = newPair();
  #conversation = null;
  /** The public keys of their browsers, by the number of each counsellor. */
  #parties = new Map();
  /** The numbers of those who know the newest key. */
  #granted = new Set();
  /** The highest number of a counsellor that this page, or the one before a reload, has heard of. */
  #met = 0;
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
      // Above, no generation would be left for those who leave later.
      if (generation <= this.#keyring.newest || generation > HIGHEST_ASKED) return this.#grant(number, [key]);
      await this.#add(generation);
      await this.#grantAll();
    },

    message: async (message) => {
      const [frame] = await this.#openAll([message]);
      return frame;
    },

    resumed: async (frame) => {
      const restored = this.#root ? null : await this.#restore();
      const lost = frame.state === "active" || frame.events.length;
      // With a new root nobody knows anything.
      if (!this.#root) this.#met = frame.parties_so_far;
      await this.#begin(frame.conversation, lost ? generationAfterLoss(frame.epoch) : 1);
      this.#parties = new Map(frame.parties.map(({ number, keys }) => [number, keys]));
      await this.#renewFor([...this.#granted, ...this.#unmet(frame)].filter((number) => !this.#parties.has(number)));
      this.#met = frame.parties_so_far;
      return { ...frame, events: await this.#openAll(frame.events), restored };
    },
  };

  async #begin(conversation, generation = 1) {
    this.#conversation = conversation;
    if (this.#root) return;
    this.#root = newRoot();
    await this.#add(generation);
  }

  async #add(generation) {
    this.#keyring.add(generation, await generationKey(this.#root, generation));
  }

  async #restore() {
    const kept = this.sealed && (await openStored(this.#options.storageKey(), this.sealed));
    if (!kept) return null;
    this.#root = kept.root;
    await Promise.all(kept.generations.map((generation) => this.#add(generation)));
    this.#granted = new Set(kept.granted);
    this.#met = kept.met ?? 0;
    return kept;
  }

  #know(number, key) {
    this.#met = Math.max(this.#met, number);
    const known = this.#parties.get(number) ?? [];
    this.#parties.set(number, key && !known.includes(key) ? [...known, key] : known);
  }

  /** Those who came while this page was away: a colleague may have granted them the keys. */
  #unmet({ parties_so_far: highest }) {
    return Array.from({ length: Math.max(0, highest - this.#met) }, (_, at) => this.#met + 1 + at);
  }

  /** Whoever left opens nothing of what comes now. */
  async #renewFor(left) {
    if (left.some((number) => this.#granted.has(number) || number > this.#met))
      await this.#add(this.#keyring.newest + 1);
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
      return { ...message, body: await this.#text(message) };
    } catch {
      return { ...message, body: null, unopened: true };
    }
  }

  /** Another page of this visitor, or this one before a reload, may have made a generation that is not known here. */
  async #text(message) {
    const about = this.#about(message);
    const generation = generationOf(message.body);
    if (this.#keyring.generations.includes(generation)) return this.#keyring.open(message.body, about);
    const own = new Keyring([[generation, await generationKey(this.#root, generation)]]);
    const text = await own.open(message.body, about);
    await this.#add(generation);
    return text;
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
    if (!this.#root || !key) return false;
    const [generations, granted, met] = [this.#keyring.generations, [...this.#granted], this.#met];
    const value = { root: this.#root, generations, granted, met, ...unsent };
    const text = key + JSON.stringify(value);
    if (text === this.#last) return false;
    this.#last = text;
    const turn = ++this.#turn;
    const sealed = await sealStored(key, value);
    if (turn === this.#turn) this.sealed = sealed;
    return turn === this.#turn;
  }
}
