/* What happens to one visitor, without a page: frames and acts come in, `state` comes out, `changed()` is called.

   phase: "loading" -> "before" -> "asking" -> "waiting" <-> "active" -> "closed"; nothing here touches the DOM. */

import { Connection } from "../chat/connection.js";
import { Outbox, newClientId } from "../chat/outbox.js";
import { Thread } from "../chat/thread.js";

const RESUME_WAIT_MS = 2500;
const TYPING_EVERY_MS = 3000;
const TYPING_LASTS_MS = 7000;
const TOKEN_BYTES = 32;
const PROOFS = 3;
const LOOK_AGAIN_MS = 60_000;
const SPREAD_MS = 20_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The protocol's codes are letters, digits, dots and dashes, fifty at most: what a partner wrote must not make a request fail. */
const plain = (code) => code?.replace(/[^\w.-]/g, "").slice(0, 50);

const nothingYet = {
  phase: "loading",
  conversation: null,
  position: null,
  estimate: null,
  alias: null,
  here: false,
  interrupted: false,
  proving: false,
  typing: false,
  seen: 0,
  closing: null,
  ended: null,
  thanked: false,
  problem: null,
  marks: [],
  restored: false,
};

export class VisitorSession {
  /** `link`: as Connection tells it; `failed`: since it was last open, an attempt was in vain. */
  state = { ...nothingYet, link: "connecting", failed: false, welcome: null };

  /** `store`: load(), save(object), clear(), lasting. `options`: url, site, lang, campaign, solveProof (as in proof_solver.js). `world`: as for Connection. */
  constructor({ store, changed, world = {}, ...options }) {
    this.options = options;
    this.store = store;
    this.changed = changed;
    this.world = {
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (id) => globalThis.clearTimeout(id),
      now: () => Date.now(),
      random: Math.random,
      ...world,
    };
    this.#begin(store.load());
    this.connection = new Connection(
      {
        url: options.url,
        hello: () => this.#hello(),
        onFrame: (frame) => this.#receive(frame),
        onState: (link) => this.#linked(link),
      },
      world,
    );
  }

  get lang() {
    return this.options.lang;
  }
  get items() {
    return this.outbox.items;
  }
  get messages() {
    return this.thread.messages;
  }
  get underWay() {
    return ["asking", "waiting", "active"].includes(this.state.phase);
  }
  /** "open", "full" or "closed": what the last request was told, else what the site is. */
  get door() {
    return { closed_now: "closed", full: "full" }[this.state.problem] ?? this.state.welcome.state;
  }

  // What the visitor does

  open() {
    this.connection.open();
  }

  speak(lang) {
    this.options.lang = lang;
    this.#set({ problem: null });
    this.connection.sayHello();
  }

  /** Nothing is asked yet: is the site still what it was? */
  look() {
    if (this.state.phase === "before") this.connection.sayHello();
  }

  /** In the language of the page when this site answers in it, else in the site's first. `code`: a class's, at school; `audience`: for whom,
      where the site lets one say it. */
  ask(theme, { code, audience } = {}) {
    const offered = this.state.welcome.languages.map((language) => language.code);
    const language = offered.includes(this.lang) ? this.lang : (offered[0] ?? this.lang);
    this.request = { theme, language, ...(code && { school_code: code }), ...(audience && { audience }) };
    this.proofs = 0;
    this.#set({ phase: "asking", problem: null });
    this.#ask();
  }

  say(body) {
    this.outbox.add(body);
    this.draft = "";
    this.typing(false);
    this.#set({});
    this.#flush();
  }

  retry(clientId) {
    this.outbox.retry(clientId);
    this.#set({});
    this.#flush();
  }
  discard(clientId) {
    this.outbox.discard(clientId);
    this.#set({});
  }
  keepDraft(text) {
    this.draft = text;
    this.#sessionStore();
  }

  typing(on) {
    if (this.state.phase !== "active") return;
    const now = this.world.now();
    if (on ? now - this.typedAt < TYPING_EVERY_MS : !this.typedAt) return;
    this.typedAt = on ? now : 0;
    this.connection.send({ type: "typing", on });
  }

  /** The visitor has the newest answer before their eyes. */
  see() {
    const { seq = 0 } =
      this.messages.findLast(({ author, epoch }) => author === "counsellor" && epoch === this.thread.epoch) ?? {};
    if (this.state.phase !== "active" || seq <= this.sawUpTo) return;
    if (this.connection.send({ type: "seen", seq })) this.sawUpTo = seq;
  }

  leave() {
    this.leaving = true;
    this.connection.send({ type: "leave" });
    this.#close({ reason: "visitor_left", survey: false });
  }

  answer(survey) {
    this.survey = survey;
    this.connection.send({ type: "survey", ...survey });
    this.#set({ thanked: true });
  }

  /** After the end: as if nobody had been here. But whoever only gave up waiting keeps the token: asking again soon is the same request. */
  again() {
    const gaveUp = this.state.ended?.outcome?.startsWith("abandoned");
    this.#begin(gaveUp ? { token: this.token } : null);
    this.#set({ phase: this.state.welcome ? "before" : "loading" });
    this.connection.reconnect();
  }

  vanish() {
    this.store.clear();
    this.store = { load: () => null, save() {}, clear() {}, lasting: true };
    this.connection.send({ type: "leave" });
    this.connection.close();
  }

  // Keeping and coming back

  #begin(kept) {
    this.world.clearTimeout(this.resumeTimer);
    this.token = kept?.token ?? newClientId(TOKEN_BYTES);
    this.request = kept?.request ?? null;
    this.draft = kept?.draft ?? "";
    this.thread = new Thread();
    this.outbox = new Outbox(kept?.outbox);
    this.leaving = false;
    this.survey = null;
    this.sawUpTo = this.typedAt = 0;
    if (kept?.language) this.options.lang = kept.language;
    Object.assign(this.state, nothingYet, { restored: Boolean(kept?.request) });
  }

  #sessionStore() {
    if (!this.underWay) return;
    this.store.save({
      token: this.token,
      request: this.request,
      draft: this.draft,
      outbox: this.outbox,
      language: this.lang,
    });
  }

  #set(change) {
    this.state = { ...this.state, ...change };
    this.#sessionStore();
    this.changed();
  }

  #linked({ name }) {
    if (name !== "open") this.outbox.rewind();
    const failed = name !== "open" && (this.state.failed || name !== "connecting");
    this.#set({ link: name, failed, typing: false });
  }

  #hello() {
    const { site, lang } = this.options;
    const back =
      this.thread.after || this.thread.epoch > 1 ? { after: this.thread.after, epoch: this.thread.epoch } : {};
    return { type: "hello", site, lang, token: this.token, ...back };
  }

  #ask(proof) {
    const { challenge } = this.state.welcome;
    if (challenge && !proof) return void this.#solveProof(challenge);
    const campaign = plain(this.options.campaign);
    this.connection.send({ type: "ask", ...this.request, ...(campaign && { campaign }), ...(proof && { proof }) });
  }

  async #solveProof(challenge) {
    this.#set({ proving: true });
    const proof = await this.options.solveProof(challenge).catch(() => null);
    // Meanwhile another welcome may have brought another challenge.
    if (this.state.phase !== "asking" || this.state.welcome.challenge !== challenge) return;
    this.#set(proof ? { proving: false } : { proving: false, phase: "before", problem: "proof_refused" });
    if (proof) this.#ask(proof);
  }

  /** Closed until a moment, or full for a while: then things may be better, and the page says so by itself. */
  #lookAgain() {
    this.world.clearTimeout(this.lookTimer);
    const {
      door,
      state: {
        welcome: { next_opening: opening },
      },
    } = this;
    const wait =
      door === "full" ? LOOK_AGAIN_MS : door === "closed" && opening ? Date.parse(opening) - this.world.now() : null;
    if (wait === null) return;
    const spread = Math.max(wait, 1000) + this.world.random() * SPREAD_MS;
    this.lookTimer = this.world.setTimeout(
      () => this.state.phase === "before" && this.speak(this.lang),
      Math.min(spread, LONGEST_TIMER_MS),
    );
  }

  #flush() {
    if (this.state.phase !== "active" || this.state.link !== "open") return;
    for (let item; (item = this.outbox.next());) {
      if (!this.connection.send({ type: "say", client_id: item.client_id, body: item.body }))
        return this.outbox.rewind();
      this.#set({});
    }
  }

  // What the server says

  #receive({ type, ...frame }) {
    const over = this.state.phase === "closed" && !["welcome", "resumed", "closed"].includes(type);
    if (!over) this.#on[type]?.(frame);
  }

  #on = {
    welcome: (welcome) => {
      this.world.clearTimeout(this.resumeTimer);
      const { phase, restored } = this.state;
      const back = restored || phase === "waiting" || phase === "active";
      this.#set({ welcome, phase: phase === "loading" && !back ? "before" : phase });
      this.#lookAgain();
      if (phase === "asking") this.#ask();
      // `resumed` or `closed` follows at once when the server knows the conversation; silence means that it does not.
      else if (back) this.resumeTimer = this.world.setTimeout(() => this.#forgotten(), RESUME_WAIT_MS);
    },
    waiting: ({ conversation, epoch, position, estimate_s: estimate }) => {
      this.#arrived();
      this.thread.enter(epoch ?? 1);
      this.#set({ phase: "waiting", conversation, position, estimate, here: false, interrupted: false, problem: null });
    },
    joined: ({ alias, at }) => {
      const back = this.state.here && this.state.interrupted;
      this.#set({ phase: "active", alias, here: true, interrupted: false, closing: null, problem: null });
      if (!back) this.#mark("joined", at, alias);
      this.#flush();
    },
    left: ({ alias, at }) => {
      this.#set({ here: false, typing: false });
      this.#mark("left", at, alias);
    },
    message: (message) => {
      const { hole, added } = this.thread.receive(message);
      if (message.author === "visitor") this.outbox.acknowledged(message.client_id);
      const answered = added && message.author === "counsellor";
      this.#set(answered ? { typing: false, interrupted: false, closing: null } : { closing: null });
      if (hole && !this.mending) this.mending = this.connection.sayHello();
      this.#flush();
    },
    typing: ({ on }) => {
      this.world.clearTimeout(this.typingTimer);
      if (on) this.typingTimer = this.world.setTimeout(() => this.#set({ typing: false }), TYPING_LASTS_MS);
      this.#set({ typing: on, interrupted: false });
    },
    seen: ({ seq }) => this.#set({ seen: Math.max(this.state.seen, seq) }),
    interrupted: () => this.#set({ interrupted: true, typing: false }),
    requeued: ({ position, estimate_s: estimate }) => {
      this.#set({ phase: "waiting", position, estimate, here: false, interrupted: false, typing: false });
      this.#mark("requeued");
    },
    closing: ({ in_s: seconds, reason }) => this.#set({ closing: { seconds, reason } }),
    closed: (ended) => {
      // The end of what this token asked before: known, and about to be gone on with.
      if (["before", "asking"].includes(this.state.phase)) return;
      this.#arrived();
      this.#close(ended);
      if (this.survey && ended.survey) this.connection.send({ type: "survey", ...this.survey });
    },
    resumed: (frame) => this.#resumed(frame),
    error: (error) => this.#refused(error),
  };

  #resumed({ epoch, state, position = null, estimate_s: estimate = null, events = [], more, alias, conversation }) {
    this.#arrived();
    const lost = epoch > this.thread.epoch && this.thread.messages.length > 0;
    if (epoch > this.thread.epoch) this.state.seen = this.sawUpTo = 0;
    this.thread.enter(epoch);
    for (const message of events) {
      this.thread.receive(message);
      if (message.author === "visitor") this.outbox.acknowledged(message.client_id);
    }
    if (this.leaving) return void this.connection.send({ type: "leave" });
    const phase = state === "closed" ? this.state.phase : state;
    this.#set({
      phase,
      position,
      estimate,
      conversation: conversation ?? this.state.conversation,
      problem: null,
      alias: alias ?? this.state.alias,
      here: state === "active",
      interrupted: false,
      restored: false,
    });
    if (lost) this.#mark("mended");
    if (more) this.connection.sayHello();
    else this.#flush();
  }

  #refused({ code, client_id: clientId, retry_after_s: wait }) {
    const item = clientId
      ? this.items.find((one) => one.client_id === clientId)
      : this.items.find((one) => one.state === "sending");
    if (code === "token_refused") return this.#forgotten();
    if (code === "conversation_closed" && this.state.phase === "asking") return this.#askAnew();
    if (this.state.phase === "asking") {
      // `welcome` brings the challenge, and the request goes on from there.
      if (code.startsWith("proof_") && this.proofs++ < PROOFS) return void this.connection.sayHello();
      this.#set({ phase: "before", problem: code === "not_allowed" && wait ? "blocked" : code });
      // It was open when this page came: when does it open next?
      if (this.door !== "open") this.look();
      return;
    }
    if (!item) return;
    if (wait || code === "nobody_yet" || code === "too_fast") {
      this.outbox.later(item.client_id);
      if (code !== "nobody_yet") this.world.setTimeout(() => this.#flush(), (wait || 2) * 1000);
    } else this.outbox.refused(item.client_id, code);
    this.#set({});
    if (!wait && code !== "too_fast" && code !== "nobody_yet") this.#flush();
  }

  #arrived() {
    this.mending = false;
    this.world.clearTimeout(this.resumeTimer);
  }

  /** Too late to go on with what this token asked: another request, under another token. */
  #askAnew() {
    const { request } = this;
    this.#begin(null);
    this.request = request;
    this.#set({ phase: "asking" });
    this.connection.reconnect();
  }

  /** The server knows nothing of this token: too late, or another browser's leftovers. */
  #forgotten() {
    const had = this.underWay || this.state.restored;
    if (had && this.messages.length) return this.#close({ reason: "technical", survey: false });
    this.store.clear();
    this.#begin(null);
    this.#set({ phase: this.state.welcome ? "before" : "loading", problem: had ? "gone" : null });
    this.connection.reconnect();
  }

  #close(ended) {
    this.world.clearTimeout(this.typingTimer);
    const mine = this.state.ended?.reason === "visitor_left" ? { reason: "visitor_left" } : {};
    this.#set({
      phase: "closed",
      ended: { ...ended, ...mine },
      typing: false,
      here: false,
      interrupted: false,
      closing: null,
      restored: false,
    });
    this.store.clear();
  }

  /** A line between messages: who came, who went. */
  #mark(kind, at = new Date(this.world.now()).toISOString(), alias = null) {
    this.#set({ marks: [...this.state.marks, { kind, at, alias, after: this.messages.length }] });
  }
}
