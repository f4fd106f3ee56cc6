/* Miti's only script on a partner's page: a button that tells the truth and, once clicked, a frame. Before the click it
   stores nothing, opens nothing and asks for the status once. It is served packed, at /widget.js, at most 2 KB.

   <script src="https://miti.example/widget.js" data-site="SITE" async></script>
   Optional: data-lang, data-theme, data-position="left", data-colour, data-campaign, data-start="manual".
   Miti.open(), Miti.close(), Miti.on("state", ({ state, open, unread }) => …). */

(() => {
  if (window.Miti) return;
  const page = document.documentElement;
  const { site, lang = page.lang, theme = "", campaign = "", position, colour, start } = document.currentScript.dataset;
  const { origin } = new URL(document.currentScript.src);
  const base = `${origin}/widget/${site}/`;
  const state = { state: "open", open: false, unread: 0 };
  const listeners = [];
  const host = document.createElement("div");
  const button = document.createElement("button");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  let frame;
  let alive;
  let overflow;
  let covered = false;
  let label = "Miti";
  let counted = "";
  let escaped = 0;
  let exit = "https://www.meteo.be/";

  const side = position === "left" ? "left" : "right";
  sheet.replaceSync(`
    button,iframe{position:fixed;bottom:20px;${side}:20px;z-index:99999999;border:0 solid #0000;
    box-shadow:0 2px 20px #0004}
    button{border-width:1px;font:600 16px system-ui,sans-serif;max-width:88vw;padding:16px 22px;text-wrap:balance;
    border-radius:26px;background:var(--c);color:#fff;cursor:pointer}
    button:focus-visible{outline:3px solid #1a5fb4;outline-offset:2px}.closed{background:#4c5661}[hidden]{display:none}
    iframe{width:400px;height:min(680px,100vh - 40px);border-radius:14px}
    @media(max-width:600px){iframe{inset:0;width:100%;height:100%;border-radius:0}}`);
  root.adoptedStyleSheets = [sheet];
  root.append(button);
  host.style.setProperty("--c", colour || "#0b6e69");

  // Appended to <html>, not <body>: pages that rebuild their body keep it. Styled by a sheet of its own: no policy
  // forbids that.
  const draw = () => {
    const count = state.unread ? `(${state.unread}) ` : "";
    button.textContent = count + label;
    button.className = state.state;
    button.hidden = state.open;
    // Only what was put before the page's own title is removed again.
    if (count !== counted)
      document.title = count + document.title.slice(document.title.startsWith(counted) ? counted.length : 0);
    counted = count;
    for (const fn of listeners) fn({ ...state });
  };
  /** On a phone the panel covers the page, which neither scrolls nor takes the focus meanwhile, and stays above the
      keyboard. */
  const fit = () => {
    const { height, offsetTop, scale } = visualViewport;
    const cover = state.open && innerWidth <= 600;
    // Changes the page's own style only when needed.
    if (cover !== covered) {
      if (cover) overflow = page.style.overflow;
      page.style.overflow = cover ? "hidden" : overflow;
      document.body.inert = covered = cover;
    }
    frame.style.cssText = cover && scale < 1.1 ? `top:${offsetTop}px;height:${height}px` : "";
  };
  const show = (open) => {
    if (open === state.open) return;
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = "Miti";
      frame.src = `${base}?${new URLSearchParams({ lang, theme, campaign, origin: location.origin })}`;
      page.append(host);
      root.append(frame);
      // A server that is down must not leave a dead panel over the page: remove it, and the next click tries again.
      setTimeout(() => {
        if (alive) return;
        show(false);
        frame = frame.remove();
      }, 15000);
    }
    state.open = open;
    frame.hidden = !open;
    fit();
    draw();
    (open ? frame : button).focus();
  };
  /** The frame's messages. Escape works wherever it is pressed: once to reduce the chat, twice to leave the page. */
  const acts = {
    hide: () => show(false),
    unread({ unread }) {
      state.unread = unread;
      draw();
    },
    state({ state: now, label: words }) {
      state.state = now;
      label = words || label;
      draw();
    },
    exit({ to }) {
      exit = to;
    },
    vanish() {
      frame.contentWindow.postMessage({ miti: "vanish" }, origin);
      page.style.display = "none";
      setTimeout(() => location.replace(exit), 50);
    },
    escape() {
      if (Date.now() - escaped < 1000) acts.vanish();
      escaped = Date.now();
      show(false);
    },
  };

  window.Miti = { open: () => show(true), close: acts.hide, on: (_, fn) => listeners.push(fn) };
  button.onclick = Miti.open;
  // An Escape that is held down counts once.
  addEventListener("keydown", ({ key, repeat }) => frame && key === "Escape" && !repeat && acts.escape());
  for (const change of ["resize", "scroll"]) visualViewport.addEventListener(change, () => state.open && fit());
  addEventListener("message", ({ source, origin: from, data }) => {
    if (source !== frame?.contentWindow || from !== origin) return;
    alive = true;
    acts[data.miti]?.(data);
  });

  fetch(`${base}status?lang=${lang}`, { credentials: "omit" })
    .then((answer) => answer.json())
    .catch(() => state)
    .then((status) => {
      if (start !== "manual") page.append(host);
      acts.state(status);
      // The states of the coming days by the opening hours, for a page that stays open: no further request is needed.
      // Once the frame is open, it sends the state.
      for (const change of status.later ?? []) setTimeout(() => frame || acts.state(change), change.in_s * 1000);
    });
})();
