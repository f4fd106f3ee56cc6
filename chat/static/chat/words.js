/* The words of both faces, and how they write times. One language at a time:

   useWords("fr", await (await fetch("locales/fr.json")).json());
   t("loading"); t("fresh", { n: 3 }); has("reason_idle");

   A locale file maps keys to texts. `{name}` stands for a value. Where the number `n` decides, there is a table of
   texts instead, by plural category of the language (CLDR: one, few, many, other) or by the exact number. */

/** British days; and the digits of the numbers to call, which Arabic has besides its own. */
const LOCALES = { en: "en-GB", ar: "ar-u-nu-latn" };
let words = {};
let language = "fr";
let plurals = new Intl.PluralRules(language);

export function useWords(lang, texts) {
  words = texts;
  language = LOCALES[lang] ?? lang;
  plurals = new Intl.PluralRules(lang);
}

export const has = (key) => key in words;

export function t(key, values = {}) {
  let text = words[key] ?? key;
  if (typeof text === "object") text = text[values.n] ?? text[plurals.select(values.n)] ?? text.other;
  return text.replace(/\{(\w+)\}/g, (hole, name) => written(values[name] ?? hole));
}

/** Numbers are grouped as in the language: 4 000, 4.000, 4,000. */
const written = (value) => (typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value);

// Days before months, as in Belgium; French counts the first of a month, and no other day.
const formatted = (at, options) => {
  const text = new Intl.DateTimeFormat(language, options).format(new Date(at));
  return language === "fr" ? text.replace(/ 1 (?=\p{L})/u, " 1er ") : text;
};

/** "14:05", on the reader's own clock; `at`: an ISO text or milliseconds. */
export const clockTime = (at) => formatted(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The exact moment, for a title or a screen reader. */
export const exactTime = (at) => formatted(at, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" });

export const fullDate = (at) => formatted(at, { dateStyle: "full" });

/** "moins d'1 min", "3 min", "1 h 05": how long something has lasted, in whole minutes. */
export function duration(seconds) {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 1) return t("time.moment");
  if (minutes < 60) return t("time.minutes", { n: minutes });
  return t("time.hours", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
}

/** "2 minutes", "30 secondes". */
export const lasting = (n, unit) =>
  new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(n);

/** A countdown: seconds under a minute and a half, whole minutes (rounded up) above. */
export function countdown(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return left < 90 ? t("time.seconds", { n: left }) : t("time.minutes", { n: Math.ceil(left / 60) });
}

/** How long a visitor may have to wait, rounded up: nobody minds being served early. Minutes to five, then by five. */
export function waitEstimate(seconds) {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  return t("estimate", { n: minutes <= 5 ? minutes : Math.ceil(minutes / 5) * 5 });
}
