/* The frame on a partner's page, and the messages between both: what the loader loads at the first click, from
   /widget.js?panel=1, so that the page's policy for the loader holds for this script too. */

const LOADED_MS = 1500;
const TWICE_MS = 1000;

/** `root`: the shadow root with the button and the panel. `change`, `draw`, `show`, `tell`, `on`: as in loader.js. */
export function start(root, state, options, base, draw, change, show, tell, on) {
  const { site, lang, theme = "", campaign = "" } = options;
  const { origin } = new URL(base);
  const key = `miti-back:${site}`;
  const panel = root.querySelector("section");
  const close = panel.querySelector("button");
  const words = panel.querySelector("output");
  const phone = matchMedia("(max-width:600px),(max-height:440px)");
  const sheet = new CSSStyleSheet();
  let frame;
  let overflow;
  let covered = false;
  let shown = false;
  let counted = "";
  let escaped = 0;
  let exit = "https://www.meteo.be/";

  sheet.replaceSync(`section{overflow:hidden}iframe{position:absolute;inset:0;margin:0;width:100%;height:100%;border:0}
@media${phone.media}{section{inset:0;width:100%;height:100%;border-radius:0}}`);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];

  /** On a phone the panel covers the page, which neither scrolls nor takes the focus meanwhile, and stays above the
      keyboard. */
  function fit() {
    const { height, offsetTop, scale } = visualViewport;
    const { style } = document.documentElement;
    const cover = state.open && phone.matches;
    // Changes the page's own style only when needed.
    if (cover !== covered) {
      if (cover) overflow = style.overflow;
      style.overflow = cover ? "hidden" : overflow;
      document.body.inert = covered = cover;
    }
    panel.style.cssText = cover && scale < 1.1 ? `top:${offsetTop}px;height:${height}px` : "";
  }

  function countInTitle() {
    const prefix = state.unread ? `(${state.unread}) ` : "";
    // Only what was put before the page's own title is removed again.
    if (prefix !== counted)
      document.title = prefix + document.title.slice(document.title.startsWith(counted) ? counted.length : 0);
    counted = prefix;
  }

  /** For the next page of this tab: no token, only that a conversation is under way, in the words of the button. */
  function mark(label) {
    try {
      if (label) sessionStorage[key] = label;
      else delete sessionStorage[key];
    } catch {
      // Where the page has no storage, the next page does not bring the conversation back.
    }
  }

  /** The frame's messages. Escape works wherever it is pressed: once to reduce the chat, twice to leave the page. */
  const acts = {
    hide: () => show(false),
    unread({ unread }) {
      state.unread = unread;
      draw();
    },
    state(told) {
      change(told);
      mark(told.underWay && told.label);
    },
    exit({ to }) {
      exit = to;
    },
    vanish() {
      mark();
      frame.contentWindow.postMessage({ miti: "vanish" }, origin);
      document.documentElement.style.display = "none";
      setTimeout(() => location.replace(exit), 50);
    },
    escape() {
      if (Date.now() - escaped < TWICE_MS) acts.vanish();
      escaped = Date.now();
      show(false);
    },
  };

  /** While the chat is open, and just after an Escape has reduced it. One that the page or a composition uses is
      theirs; one that is held down counts once. */
  function press(event) {
    if (event.key !== "Escape" || event.repeat || event.isComposing || event.keyCode === 229) return;
    if (!state.open && Date.now() - escaped >= TWICE_MS) return;
    // What the browser closes by Escape; one that does not know it passes over it.
    if (document.querySelector(":is(dialog:modal,:popover-open:not([popover=manual]))")) return;
    // Each of the page's listeners comes first.
    setTimeout(() => event.defaultPrevented || acts.escape());
  }

  function receive({ source, origin: from, data }) {
    if (!frame || source !== frame.contentWindow || from !== origin) return;
    if (!self.alive) {
      const focused = root.activeElement === close;
      self.alive = close.hidden = true;
      words.textContent = "";
      frame.hidden = false;
      if (focused) frame.focus();
    }
    if (acts[data.miti]) acts[data.miti](data);
  }

  const self = {
    /** The frame has sent something: until then the panel shows its own words and a way to close it. */
    alive: false,
    load(back) {
      if (frame) frame.remove();
      const loaded = document.createElement("iframe");
      const address = new URLSearchParams({ lang, theme, campaign, origin: location.origin });
      self.alive = close.hidden = false;
      // It stays reduced, and is no new visit.
      if (back) address.set("back", 1);
      loaded.title = "Miti";
      loaded.hidden = true;
      loaded.src = `${base}?${address}`;
      loaded.onload = () => setTimeout(() => frame === loaded && tell(), LOADED_MS);
      panel.append(loaded);
      frame = loaded;
    },
  };

  addEventListener("keydown", press);
  addEventListener("message", receive);
  for (const type of ["resize", "scroll"]) visualViewport.addEventListener(type, () => state.open && fit());
  on("state", () => {
    fit();
    countInTitle();
    if (state.open && !shown && self.alive) frame.focus();
    shown = state.open;
  });
  return self;
}
