// The board renews itself: every few seconds it asks for what all readers share, and replaces the parts that changed.
// It says how old it is when nothing comes, and asks at once when the page is looked at again.

const EVERY_MS = 5_000;
const OLD_MS = 15_000;
const ASK_MS = 10_000;
/** So long after the acts have moved, a press was meant for what stood there before. */
const CALM_MS = 700;
const SAID_MS = 6_000;
const ACTS = "button[form='board-acts']";

/** "45 s", "3 min", "2 h", in the page's language. */
export function age(ms, lang) {
  const s = Math.max(0, Math.round(ms / 1000));
  const [n, unit] = s < 60 ? [s, "second"] : s < 3600 ? [Math.floor(s / 60), "minute"] : [Math.floor(s / 3600), "hour"];
  return new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" }).format(n);
}

/** What is wrong, if anything: "signedOut", "old", "renewing" after a sleep, or null. */
export function trouble({ signedOut, failed, askedAt, freshAt, now }) {
  if (signedOut) return "signedOut";
  if (now - freshAt < OLD_MS) return null;
  return failed || now - (askedAt ?? now) >= ASK_MS ? "old" : "renewing";
}

/** Replaces what changed; what has the focus keeps it, also as a new element of the same name. */
export function show(board, parts) {
  for (const [name, html] of Object.entries(parts)) {
    const part = board.querySelector(`[data-part="${name}"]`);
    if (!part || part.shown === html) continue;
    const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
    part.innerHTML = html;
    part.shown = html;
    if (focused) (document.getElementById(focused) ?? part.closest("[tabindex]") ?? focusable(part)).focus();
  }
}

/** Does an act stand elsewhere than before, or a new one somewhere? Both are `[[id, place], …]`. */
export function haveMoved(before, after) {
  const places = new Map(before);
  return after.some(([id, place]) => places.get(id) !== place);
}

/** Where each act stands on the page, wherever that is scrolled to. */
function placesOf(board) {
  const corner = board.getBoundingClientRect();
  return [...board.querySelectorAll(ACTS)].map((button) => {
    const { left, top } = button.getBoundingClientRect();
    return [button.id, `${Math.round(left - corner.left)} ${Math.round(top - corner.top)}`];
  });
}

function focusable(part) {
  part.tabIndex = -1;
  return part;
}

class Board {
  tag;
  signedOut = false;
  failed = false;
  wasWrong = false;
  asking = null;
  askedAt = null;
  freshAt = Date.now();
  movedAt = -Infinity;

  constructor(element) {
    this.element = element;
    this.tag = element.dataset.tag;
    this.words = document.getElementById("board-words").dataset;
    this.lang = document.documentElement.lang;
  }

  async ask() {
    if (this.asking) return;
    this.askedAt = Date.now();
    this.asking = new AbortController();
    const late = setTimeout(() => this.asking?.abort(), ASK_MS);
    try {
      await this.take(await this.fetch());
    } catch {
      this.failed = true;
    }
    clearTimeout(late);
    this.asking = this.askedAt = null;
    this.say();
  }

  fetch() {
    const { address } = this.element.dataset;
    const { signal } = this.asking;
    return fetch(address, { headers: { "If-None-Match": this.tag }, cache: "no-store", redirect: "manual", signal });
  }

  async take(answer) {
    // Sent to the sign-in, or refused: the account may not read it any more.
    this.signedOut = answer.type === "opaqueredirect" || answer.status === 403;
    if (answer.status !== 200 && answer.status !== 304) {
      this.failed = true;
      return;
    }
    if (answer.status === 200) {
      const { parts } = await answer.json();
      const before = placesOf(this.element);
      show(this.element, parts);
      if (haveMoved(before, placesOf(this.element))) this.movedAt = performance.now();
      this.tag = answer.headers.get("ETag");
      this.element.dispatchEvent(new Event("shown"));
    }
    this.failed = false;
    this.freshAt = Date.now();
    this.element.querySelector("[data-clock]").textContent = answer.headers.get("Date-Shown");
  }

  say() {
    const wrong = trouble({ ...this, now: Date.now() });
    const line = this.element.querySelector("[data-trouble]");
    line.hidden = !wrong;
    const words = wrong && this.words[wrong].replace("{time}", age(Date.now() - this.freshAt, this.lang));
    if (wrong && line.textContent !== words) line.textContent = words;
    this.element.classList.toggle("is-old", Boolean(wrong));
    for (const button of document.querySelectorAll(ACTS)) button.disabled = Boolean(wrong);
    const recovered = this.element.querySelector("[data-recovered]");
    if (wrong) recovered.textContent = "";
    else if (this.wasWrong) recovered.textContent = this.words.back;
    this.wasWrong = Boolean(wrong);
  }

  /** A press by pointer on what has only just come under it does nothing, and says so. */
  guard(event) {
    if (!event.target.closest(ACTS) || !event.detail || event.timeStamp - this.movedAt >= CALM_MS) return;
    event.preventDefault();
    const line = this.element.querySelector("[data-moved]");
    line.textContent = this.words.moved;
    line.hidden = false;
    clearTimeout(this.unsaying);
    this.unsaying = setTimeout(() => (line.hidden = true), SAID_MS);
  }

  start() {
    document.addEventListener("click", (event) => this.guard(event), { capture: true });
    const visible = () => {
      if (document.visibilityState !== "visible") return;
      this.say();
      this.ask();
    };
    setInterval(visible, EVERY_MS);
    document.addEventListener("visibilitychange", visible);
    for (const event of ["pageshow", "online", "focus"]) globalThis.addEventListener(event, visible);
  }
}

const element = globalThis.document?.getElementById("board");
if (element) new Board(element).start();

const whole = globalThis.document?.getElementById("whole-screen");
if (whole && document.documentElement.requestFullscreen) {
  whole.hidden = false;
  whole.addEventListener("click", () => document.documentElement.requestFullscreen());
}
