/* The words of one language, with its plurals and its way of telling the time. Opening hours are Belgian time. */

export function speaker(lang, words) {
  const plural = new Intl.PluralRules(lang);
  // Days before months, as here.
  const place = lang === "en" ? "en-GB" : lang;
  const zone = "Europe/Brussels";
  const date = (at, options) => new Intl.DateTimeFormat(place, options).format(at);
  const dayNumber = (at) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(at);

  /** `t("position", { n: 3 })`: a text, or a table of plural forms chosen by `n`. */
  function t(key, values = {}) {
    let text = words[key] ?? key;
    if (typeof text === "object") text = text[values.n] ?? text[plural.select(values.n)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  }

  const speaks = {
    lang,
    t,
    /** 14:32, on the visitor's own clock. */
    clock: (iso) => date(new Date(iso), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
    exactly: (iso) => date(new Date(iso), { dateStyle: "full", timeStyle: "medium" }),
    /** "demain à 9 h", "jeudi 26 novembre à 9 h 30". */
    opening(iso, now = new Date()) {
      const at = new Date(iso);
      const [h, mm] = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: zone })
        .format(at)
        .split(":");
      const hour = t(mm === "00" ? "hour" : "hour_minutes", { h: Number(h), mm });
      const days = ["today", "tomorrow"];
      const near = days.find((_, i) => dayNumber(new Date(now.getTime() + i * 86_400_000)) === dayNumber(at));
      const day = near ? t(near) : date(at, { weekday: "long", day: "numeric", month: "long", timeZone: zone });
      return t("when", { day, hour });
    },
    /** What the button on the partner's page says: as the server words it there, see button.py. */
    launcher({ state, next_opening: next }, underWay) {
      if (underWay) return t("launcher_back");
      if (state !== "closed") return t(`launcher_${state}`);
      return next ? t("launcher_closed", { when: speaks.opening(next) }) : t("launcher_closed_unknown");
    },
    /** Rounded up: nobody minds being served early. Minutes to five, then by five. */
    estimate(seconds) {
      const minutes = Math.max(1, Math.ceil(seconds / 60));
      return t("estimate", { n: minutes <= 5 ? minutes : Math.ceil(minutes / 5) * 5 });
    },
  };
  return speaks;
}

/** Plain paragraphs of a notice that coordinators wrote in simple HTML: shown as text, so that no markup is ever parsed. */
export function paragraphs(html) {
  const signs = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" };
  return (html ?? "")
    .replace(/<a\s[^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gis, (_, href, text) =>
      href.endsWith(text) ? href : `${text} ${href}`,
    )
    .split(/<\/(?:p|li|h\d)>|<br\s*\/?>|\n{2,}/i)
    .map((part) =>
      part
        .replace(/<[^>]*>/g, "")
        .replace(/&(?:#(\d+)|(\w+));/g, (whole, code, name) =>
          code ? String.fromCodePoint(code) : (signs[name] ?? whole),
        )
        .trim(),
    )
    .filter(Boolean);
}
