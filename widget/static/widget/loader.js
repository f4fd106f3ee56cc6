/* Miti: a button and, once clicked, a frame. */
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
  let frame, overflow, label = "Miti", escaped = 0, exit = "https://www.meteo.be/";

  sheet.replaceSync(`button,iframe{position:fixed;bottom:20px;${position === "left" ? "left" : "right"}:20px;z-index:99999999;border:0;box-shadow:0 2px 20px #0004}
button{font:600 16px system-ui,sans-serif;max-width:80vw;padding:16px 22px;border-radius:26px;background:var(--c);color:#fff;cursor:pointer}
button:focus-visible{outline:3px solid #1a5fb4}.closed{background:#4c5661}[hidden]{display:none}
iframe{width:400px;height:min(680px,100vh - 40px);border-radius:14px}
@media(max-width:600px){iframe{inset:0;width:100%;height:100%;border-radius:0}}`);
  root.adoptedStyleSheets = [sheet];
  root.append(button);
  host.style.setProperty("--c", colour || "#0b6e69");

  const draw = () => {
    const count = state.unread ? `(${state.unread}) ` : "";
    button.textContent = count + label;
    button.className = state.state;
    button.hidden = state.open;
    document.title = count + document.title.replace(/^\(\d+\) /, "");
    for (const fn of listeners) fn({ ...state });
  };
  const show = (open) => {
    if (open === state.open) return;
    if (!frame) {
      frame = document.createElement("iframe");
      frame.title = "Miti";
      frame.src = `${base}?${new URLSearchParams({ lang, theme, campaign, origin: location.origin })}`;
      page.append(host);
      root.append(frame);
    }
    state.open = open;
    frame.hidden = !open;
    if (open) overflow = page.style.overflow;
    page.style.overflow = open && innerWidth <= 600 ? "hidden" : overflow;
    draw();
    (open ? frame : button).focus();
  };
  const acts = {
    hide: () => show(false),
    unread: ({ unread }) => draw(state.unread = unread),
    exit: ({ to }) => { exit = to; },
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
  addEventListener("keydown", ({ key }) => frame && key === "Escape" && acts.escape());
  addEventListener("message", ({ source, origin: from, data }) => {
    if (source === frame?.contentWindow && from === origin) acts[data.miti]?.(data);
  });

  fetch(`${base}status?lang=${lang}`, { credentials: "omit" }).then((answer) => answer.json()).catch(() => state).then((status) => {
    state.state = status.state;
    label = status.label || label;
    if (start !== "manual") page.append(host);
    draw();
  });
})();
