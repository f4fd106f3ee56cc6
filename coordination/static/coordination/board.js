// The board renews itself: every few seconds it asks for what all readers share, and replaces the parts that changed.
// It says how old it is when nothing comes, and asks at once when the page is looked at again.

const EVERY_MS = 5_000;
const OLD_MS = 15_000;
const ASK_MS = 10_000;

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
      show(this.element, (await answer.json()).parts);
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
    for (const button of document.querySelectorAll("button[form='board-acts']")) button.disabled = Boolean(wrong);
    const recovered = this.element.querySelector("[data-recovered]");
    if (wrong) recovered.textContent = "";
    else if (this.wasWrong) recovered.textContent = this.words.back;
    this.wasWrong = Boolean(wrong);
  }

  start() {
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
