/* What seals and opens is loaded when somebody asks: before that there is nothing to seal, and a page that only shows
   the hours stays light. */

const CONCERNED = ["waiting", "joined", "left", "grant_wanted", "message", "resumed"];
const AGAIN_MS = 2000;

export class LazySealing {
  #load;
  #options;
  #made = null;
  #making = null;
  #storageKey = "";

  /** `load()`: the module `sealing.js`; `options`: as there, without `storageKey`, and `missing(is)`: whether it cannot
      be loaded at the moment. */
  constructor(load, options) {
    this.#load = load;
    this.#options = { ...options, storageKey: () => this.#storageKey };
    if (options.kept) this.prepare();
  }

  get sealed() {
    return (this.#made ?? this.#options).sealed ?? this.#options.kept;
  }

  /** The web addresses in a text, as links.js finds them: there is no text to show before. */
  split = (text) => [text];

  prepare() {
    this.#making ??= this.#make();
    return this.#making;
  }

  /** Tried again until the network gives it: what is written waits in the outbox. */
  async #make() {
    for (;;) {
      const module = await this.#load().catch(() => null);
      this.#options.missing(!module);
      if (module) {
        this.split = module.split;
        return (this.#made = new module.Sealing(this.#options));
      }
      await new Promise((then) => this.#options.setTimeout(then, AGAIN_MS));
    }
  }

  opened(frame) {
    this.#storageKey = frame.storage_key ?? this.#storageKey;
    if (!CONCERNED.includes(frame.type)) return frame;
    return this.prepare().then((sealing) => sealing.opened(frame));
  }

  seal(item) {
    return this.prepare().then((sealing) => sealing.seal(item));
  }

  keep(unsent) {
    return this.#made ? this.#made.keep(unsent) : Promise.resolve(false);
  }
}
