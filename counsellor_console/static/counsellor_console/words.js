// The console's words, and time as people say it. Texts live in locales/<lang>.json: flat keys, {name} for a
// value, and `key.one` / `key.other` where a number `n` decides.

let table = {};
let language = "fr";
let plurals = new Intl.PluralRules("fr");

export function useWords(lang, entries) {
  language = lang;
  table = entries;
  plurals = new Intl.PluralRules(lang);
}

export function t(key, values = {}) {
  const form = "n" in values ? `${key}.${plurals.select(values.n)}` : key;
  const text = table[form] ?? table[`${key}.other`] ?? table[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export const has = (key) => key in table;

/** "à l'instant", "3 min", "1 h 05": how long something has lasted, in whole minutes. */
export function lasting(seconds) {
  const minutes = Math.floor(Math.max(0, seconds) / 60);
  if (minutes < 1) return t("time.moment");
  if (minutes < 60) return t("time.minutes", { count: minutes });
  return t("time.hours", { hours: Math.floor(minutes / 60), minutes: String(minutes % 60).padStart(2, "0") });
}

/** A countdown: seconds under a minute and a half, whole minutes (rounded up) above. */
export function remaining(seconds) {
  const left = Math.max(0, Math.ceil(seconds));
  return left < 90 ? t("time.seconds", { count: left }) : t("time.minutes", { count: Math.ceil(left / 60) });
}

/** "14:05" */
export function clockTime(ms) {
  return new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

/** The exact moment, for a title or a screen reader. */
export function exactTime(ms) {
  return new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "medium", hourCycle: "h23" }).format(ms);
}

/** The name of a language code in the counsellor's language: "uk" -> "ukrainien". */
export function languageName(code) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
