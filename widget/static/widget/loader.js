/* The button on a partner's page: all that a page loads before the first click, at most 2 KB at /widget.js. It stores
   nothing, opens nothing and asks only for the status. The first click, or a conversation that the tab brings from the
   page before, loads the rest (host_panel.js).

   <script src="https://miti.example/widget.js" data-site="SITE" async></script>
   Optional: data-lang, data-theme, data-position="left", data-offset, data-colour, data-campaign, data-start="manual".
   Miti.open(), Miti.close(), Miti.on("state", ({ state, open, unread }) => …), Miti.start({ site, … }). */

(() => {
  const make = (name) => document.createElement(name);
  const find = (more) => document.querySelector(`script[src*="/widget.js"]${more}`);
  // Modules hide which script this is, and tag managers strip its attributes.
  const script = find("[data-site]") || document.currentScript || find("") || document.head;
  const { dataset } = script;
  // An element with the id Miti is no property of the window's own.
  const first = window.hasOwnProperty("Miti") && window.Miti;
  if (first && typeof first.open === "function") {
    // It may have come without a site.
    if (dataset.site && first.start) first.start(dataset);
    return;
  }

  const panel = make("section");
  const close = make("button");
  const words = make("output");
  const state = { state: "unknown", open: false, unread: 0 };
  const listeners = [];
  let button = make("button");
  const status = { later: [] };
  let label = "Chat Miti";
  let painted = "";
  let loads = 0;
  let places = 99;
  let since;
  let timer;
  let host;
  let root;
  let base;
  let options;
  let inner;

  const on = (_, fn) => listeners.push(fn);
  const draw = () => {
    button.textContent = state.unread ? `${label} (${state.unread})` : label;
    button.className = state.state;
    button.style.cssText = state.state === "closed" ? "" : painted;
    button.hidden = state.open;
    for (const fn of listeners) fn({ ...state });
  };
  const change = (told) => {
    state.state = told.state || "unknown";
    label = told.label || label;
    draw();
  };
  /** Appended to <html>, not <body>: pages that rebuild their body keep it. It comes again where a page rebuilds
      <html>, but not for ever against one that removes it. */
  const place = () => {
    const page = document.documentElement;
    if (!base || !page || host.isConnected || !places--) return;
    page.append(host);
    for (const one of [document, page]) observer.observe(one, { childList: true });
    if (options.colour && !painted) paint(button.style);
    if (inner) inner.load(!state.open);
  };
  const observer = new MutationObserver(place);
  /** The partner's colour, without transparency, and words that can be read on it. */
  const paint = (style) => {
    style.background = options.colour;
    const found = getComputedStyle(button).backgroundColor;
    const rgb = found.match(/[\d.]+/g);
    const [r, g, b] = rgb.map((value) => (value / 269 + 0.052) ** 2.4);
    const ink = 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#000" : "#fff";
    if (found[0] === "r") painted = `background:rgb(${rgb.slice(0, 3)});color:${ink}`;
  };
  /** In case of need, where the chat does not come up. */
  const tell = () => {
    if (inner && inner.alive) return;
    words.textContent = status.away || "Pas de réponse, geen antwoord: 112, 107, 106";
    for (const { number, label, href } of status.contacts || []) {
      const link = make("a");
      link.href = href;
      link.textContent = `${number} ${label}`;
      words.append(link);
    }
  };
  /** `back`: it stays reduced. The rest has the address of this script, which the page's policy allows; numbered,
      because browsers remember what failed. */
  const load = (back) => {
    close.textContent = status.close || "✕";
    words.textContent = "";
    setTimeout(tell, 8000);
    if (inner) return inner.load(back);
    import(`${base}../../widget.js?panel=${++loads}`)
      .then(({ start }) => {
        inner = start(root, state, options, base, draw, change, show, tell, on);
        inner.load(back);
      })
      .catch(tell);
  };
  const show = (open) => {
    if (!base || open === state.open) return;
    if (!root) return location.assign(button.href);
    place();
    // One that did not come up is tried again.
    if (open && (!loads || words.textContent)) load();
    state.open = open;
    panel.hidden = !open;
    draw();
    (open ? close : button).focus();
  };
  const refuse = (why) => {
    base = host && host.remove();
    console.error(`Miti: ${why}`);
  };
  /** Never what the browser kept of an earlier view of the page. */
  const ask = async () => {
    since = Date.now();
    try {
      const answer = await fetch(`${base}status?lang=${options.lang}`, { credentials: "omit", cache: "no-cache" });
      if (answer.status === 404) return refuse("unknown data-site");
      Object.assign(status, { at: Date.now() }, await answer.json());
      if (!loads) change(status);
      follow();
    } catch {
      // Nobody knows whether it is open: the frame says it, or that it cannot be reached.
    }
  };
  /** The coming states by the opening hours, for a page that stays open or sleeps. Once there is a frame, it sends the
      state. */
  const follow = () => {
    const [next] = status.later;
    clearTimeout(timer);
    if (loads || !next) return;
    const left = status.at + next.in_s * 1000 - Date.now();
    if (left <= 0) change(status.later.shift());
    timer = setTimeout(follow, left);
  };
  /** Seen again: what has changed meanwhile. It asks once more only after a minute out of sight, or ten seconds in the
      page cache. */
  const wake = ({ persisted }) => {
    follow();
    if (document.hidden) since = Date.now();
    else if (base && !loads && persisted !== false && Date.now() - since > (persisted ? 1e4 : 6e4)) ask();
  };
  /** Styled by a sheet of its own, which no policy forbids. No rule of the page is stronger than those for the host. */
  const dress = () => {
    const sheet = new CSSStyleSheet();
    // New enough for the chat, too: else it throws.
    [].findLast(String);
    sheet.replaceSync(`:host{all:initial!important;direction:ltr!important}
button,section{position:fixed;bottom:20px;right:20px;${options.position}:20px;z-index:9999999999;
font:600 16px system-ui;color:#fff;box-shadow:0 2px 20px #0004}
button{bottom:calc(20px + ${options.offset}px);z-index:999;border:1px solid #0000;border-radius:40px;
padding:16px;background:#0b6e69;cursor:pointer}
button:focus-visible{outline:3px solid #05a;outline-offset:2px}.closed{background:#4c5661}
section{width:min(400px,100% - 40px);height:min(680px,100% - 40px);border-radius:16px;background:#fff;color:#000}
section button{position:static}section *{margin:20px}a,output{display:block}
@media print{*{display:none}}`);
    root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(button, panel);
  };
  /** Takes what the script's data attributes hold; `origin`: of Miti, where no script element tells it. */
  const start = (given) => {
    if (base) return;
    if (!given.site) return refuse("no data-site");
    options = { lang: document.documentElement.lang, ...given };
    base = `${given.origin || new URL(script.src, location).origin}/widget/${given.site}/`;
    host = make("miti-chat");
    panel.hidden = true;
    panel.append(close, words);
    try {
      dress();
    } catch {
      // A browser without what the chat needs gets a link to the chat's own page.
      button = make("a");
      button.href = `${base}?lang=${options.lang}`;
      host.append(button);
    }
    const appear = () => {
      if (loads || given.start !== "manual") place();
      draw();
    };
    try {
      const back = root && sessionStorage[`miti-back:${given.site}`];
      if (back) {
        label = back;
        load(true);
        appear();
      }
    } catch {
      // Without storage, the next page does not bring the conversation back.
    }
    ask().then(appear);
  };

  const { open, close: reduce } = (window.Miti = { start, open: () => show(true), close: () => show(false), on });
  button.onclick = open;
  close.onclick = reduce;
  addEventListener("visibilitychange", wake);
  addEventListener("pageshow", wake);
  addEventListener("focus", follow);
  if (dataset.site) start(dataset);
  // The page may start it as soon as the script has run.
  else setTimeout(() => base || start({}));
})();
