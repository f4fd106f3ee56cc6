/* The state of one visitor's session, without a page: the visitor's actions and the server's frames (frame_handlers.js)
   go in, signals come out.

   phase: "loading" -> "before" -> "asking" -> "waiting" <-> "active" -> "closed"; nothing here touches the DOM. */

import { Connection } from "../chat/connection.js";
import { FrameOrder } from "../chat/frame_order.js";
import { DEFAULT_LIMITS, PROTOCOL } from "../chat/limits.js";
import { Outbox, newClientId } from "../chat/outbox.js";
import { Thread } from "../chat/thread.js";
import { NOBODY, endedAs } from "./ending.js";
import { receive } from "./frame_handlers.js";
import { save } from "./reload.js";
import { sendRequest } from "./request.js";
import { sendNext } from "./sending.js";
import { batch, signal } from "./signals.js";
import { AT_FIRST } from "./state_at_first.js";

const TOKEN_BYTES = 32;

export class VisitorSession {
  welcome = signal(null);
  lang = signal("fr");
  /** The state from Connection; `failed`: an attempt has failed since it was last open. */
  link = signal("connecting");
  failed = signal(false);
  /** The messages, and those that are not acknowledged yet. */
  messages = signal([]);
  items = signal([]);
  /** Nobody of those who take part is connected. */
  interrupted = signal(false);
  /** What was typed before a reload, once it can be read. */
  restoredDraft = signal("");

  /** `store`: load(), save(object), clear(), lasting. `options`: url, site, lang, campaign, solveProof (as in
      proof_solver.js), makeSealing(options) (as in lazy_sealing.js). `world`: as for Connection. */
  constructor({ store, world = {}, lang, ...options }) {
    this.options = options;
    this.store = store;
    this.world = {
      setTimeout: (...args) => globalThis.setTimeout(...args),
      clearTimeout: (id) => globalThis.clearTimeout(id),
      now: () => Date.now(),
      random: Math.random,
      ...world,
    };
    this.lang.value = lang;
    for (const [name, value] of Object.entries(AT_FIRST)) this[name] = signal(value);
    const deliver = (frame) => batch(() => receive(this, frame));
    this.frames = new FrameOrder({ open: (frame) => this.sealing.opened(frame), deliver });
    this.begin(store.load());
    this.connection = new Connection(
      {
        url: options.url,
        hello: () => this.#hello(),
        onFrame: (frame) => this.frames.receive(frame),
        onState: (state) => batch(() => this.#linked(state)),
      },
      world,
    );
  }

  get underWay() {
    return ["asking", "waiting", "active"].includes(this.phase.value);
  }

  get limits() {
    return { ...DEFAULT_LIMITS, ...this.welcome.value?.limits };
  }

  // What the visitor does

  open() {
    this.connection.open();
  }

  changeLanguage(lang) {
    this.lang.value = lang;
    this.set({ problem: null });
    this.connection.sayHello();
  }

  /** Before a request: asks the server whether the site's state has changed. */
  refreshDoor() {
    if (this.phase.value === "before") this.connection.sayHello();
  }

  /** Asks in the page's language when this site answers in it, else in the site's first. `code`: a school class's;
      `audience`: for whom, where the site asks. */
  ask(theme, { code, audience } = {}) {
    const offered = this.welcome.value.languages.map((language) => language.code);
    const language = offered.includes(this.lang.value) ? this.lang.value : (offered[0] ?? this.lang.value);
    this.request = { theme, language, ...(code && { school_code: code }), ...(audience && { audience }) };
    this.proofs = 0;
    this.sealing.prepare();
    this.set({ phase: "asking", problem: null });
    sendRequest(this);
  }

  say(body) {
    this.outbox.add(body);
    this.draft = "";
    this.reportTyping(false);
    this.flush();
  }

  retry(clientId) {
    this.outbox.retry(clientId);
    this.flush();
  }

  discard(clientId) {
    this.outbox.discard(clientId);
    this.set({});
  }

  keepDraft(text) {
    this.draft = text;
    save(this);
  }

  reportTyping(on) {
    if (this.phase.value !== "active") return;
    const now = this.world.now();
    if (on ? now - this.typedAt < this.limits.typing_every_s * 1000 : !this.typedAt) return;
    this.typedAt = on ? now : 0;
    this.connection.send({ type: "typing", on });
  }

  /** The visitor sees the newest answer. */
  reportSeen() {
    const { epoch } = this.thread;
    if (this.phase.value === "active" && !this.seen) this.#keepSeen(epoch, 0);
    const newest = this.messages.value.findLast((one) => one.author === "counsellor" && one.epoch === epoch);
    if (this.phase.value !== "active" || !newest || newest.seq <= this.sawUpTo) return;
    if (!this.connection.send({ type: "seen", seq: newest.seq })) return;
    this.sawUpTo = newest.seq;
    this.#keepSeen(epoch, newest.seq);
  }

  /** An answer that the visitor has not seen, on this page or the one before. */
  isNews({ author, epoch, seq }) {
    const { seen } = this;
    return author === "counsellor" && !(seen && epoch === seen.epoch && seq <= seen.seq);
  }

  leave() {
    this.leaving = true;
    this.connection.send({ type: "leave" });
    this.end({ reason: "visitor_left", survey: false });
  }

  answerSurvey(answers) {
    this.survey = answers;
    this.connection.send({ type: "survey", ...answers });
    this.set({ thanked: true });
  }

  /** After the end: starts afresh. A visitor who only gave up waiting keeps the token: asking again soon is the same
      request. */
  startAnew() {
    const gaveUp = this.ended.value?.outcome?.startsWith("abandoned");
    this.begin(gaveUp ? { token: this.token } : null);
    this.set({ phase: this.welcome.value ? "before" : "loading" });
    this.connection.reconnect();
  }

  /** Nothing of it is left, here or at the server, and nothing is stored afterwards. */
  forget() {
    this.store.clear();
    this.store = { load: () => null, save() {}, clear() {}, lasting: true };
    this.connection.send({ type: "leave" });
    this.connection.close();
  }

  // What frame_handlers.js needs

  begin(kept) {
    this.world.clearTimeout(this.resumeTimer);
    this.token = kept?.token ?? newClientId(TOKEN_BYTES);
    this.request = kept?.request ?? null;
    this.draft = "";
    this.thread = new Thread();
    this.outbox = new Outbox();
    this.sealing = this.options.makeSealing({
      kept: kept?.sealed,
      send: (frame) => this.connection.send(frame),
      missing: (missing) => this.set({ missing }),
      longest: () => this.limits.body,
      setTimeout: this.world.setTimeout,
    });
    this.restoredDraft.value = "";
    this.restored = Boolean(kept?.request);
    this.leaving = this.mending = this.endTold = false;
    this.survey = null;
    this.sawUpTo = this.typedAt = 0;
    this.seen = kept?.seen ?? null;
    if (kept?.language) this.lang.value = kept.language;
    this.set(AT_FIRST);
  }

  /** Every change of state passes here: it is shown at once and stored for a reload. */
  set(change) {
    batch(() => {
      for (const [name, value] of Object.entries(change)) this[name].value = value;
      this.messages.value = this.thread.messages;
      this.items.value = this.outbox.items;
      const present = this.present.value;
      this.interrupted.value = present.length > 0 && present.every((one) => this.lost.value.includes(one));
    });
    save(this);
  }

  flush() {
    sendNext(this);
    this.set({});
  }

  receiveMessage(message) {
    const received = this.thread.receive(message);
    if (message.author === "visitor") this.outbox.acknowledged(message.client_id);
    return received;
  }

  /** The server knows this conversation. */
  arrived() {
    this.mending = false;
    this.world.clearTimeout(this.resumeTimer);
  }

  /** `ended.waited`: nobody came. */
  end(ended) {
    this.world.clearTimeout(this.typingTimer);
    this.restored = false;
    this.set({ phase: "closed", ended: endedAs(this, ended), ...NOBODY });
    this.store.clear();
  }

  /** It is too late to continue this token's request: another request, with another token. */
  askAnew() {
    const { request } = this;
    this.begin(null);
    this.request = request;
    this.set({ phase: "asking" });
    this.connection.reconnect();
  }

  /** The server does not know this token: it is too late, or the token was left by another session. */
  tokenUnknown() {
    const had = this.underWay || this.restored;
    if (had && this.thread.messages.length) return this.end({ reason: "technical", survey: false });
    this.store.clear();
    this.begin(null);
    this.set({ phase: this.welcome.value ? "before" : "loading", problem: had ? "gone" : null });
    this.connection.reconnect();
  }

  /** A line between messages: who joined, who left. */
  mark(kind, at = new Date(this.world.now()).toISOString(), alias = null) {
    this.set({ marks: [...this.marks.value, { kind, at, alias, after: this.thread.messages.length }] });
  }

  /** For the next page: what is unread there. */
  #keepSeen(epoch, seq) {
    this.seen = { epoch, seq };
    save(this);
  }

  #linked({ name }) {
    if (name !== "open") this.outbox.rewind();
    const failed = name !== "open" && (this.failed.value || name !== "connecting");
    this.set({ link: name, failed, counsellorTyping: false });
  }

  #hello() {
    const { after, epoch } = this.thread;
    const said = { type: "hello", protocol: PROTOCOL, site: this.options.site, token: this.token };
    return { ...said, lang: this.lang.value, ...((after || epoch > 1) && { after, epoch }) };
  }
}
