/* StartPage the first word: what this is, what it is not, and the choice of language and theme. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { sound } from "./arrival_sound.js";
import { paragraphs } from "./words.js";

export function EmergencyContacts({ contacts, t, title = "numbers" }) {
  if (!contacts?.length) return null;
  return html`<section class="numbers" aria-label=${t("numbers")}>
    <p>${t(title)}</p>
    <ul>${contacts.map(({ label, number }) => html`<li><a href=${`tel:${number.replace(/[^\d+]/g, "")}`}><b>${number}</b> <span>${label}</span></a></li>`)}</ul>
  </section>`;
}

const Notice = ({ text }) => paragraphs(text).map((line) => html`<p class="notice">${line}</p>`);

export function Languages({ session, choose, t }) {
  const languages = session.state.welcome?.languages ?? [];
  if (languages.length < 2) return null;
  return html`<fieldset class="languages"><legend class="unseen">${t("language")}</legend>
    ${languages.map(
      ({ code, label }) => html`<label lang=${code}>
      <input type="radio" name="language" value=${code} checked=${session.lang === code} onChange=${() => choose(code)} /><span>${label}</span>
    </label>`,
    )}
  </fieldset>`;
}

export class StartPage extends Component {
  render({ session, choose, say, theme, audience }, { chosen = theme, missing }) {
    const { t } = say;
    const { welcome, phase, problem, proving } = session.state;
    const start = (event) => {
      event.preventDefault();
      if (phase === "asking") return;
      const { school_code: code, audience: who } = event.target.elements;
      sound.unlock();
      if (chosen) session.ask(chosen, { code: code?.value.trim().toUpperCase(), audience: who?.value });
      else this.setState({ missing: true }, () => event.target.elements.theme[0].focus());
    };
    return html`<form class="page" onSubmit=${start} noValidate>
      <${Languages} ...${{ session, choose, t }} />
      <h1 tabindex="-1">${t("hello")}</h1>
      <p class="lead">${t("lead")}</p>
      ${problem && html`<p class="notice is-warning" role="alert">${t(`problem_${problem}`) === `problem_${problem}` ? t("problem") : t(`problem_${problem}`)}</p>`}
      <${Notice} text=${welcome.notices?.opening} />
      <fieldset class="themes" aria-describedby=${missing ? "missing" : null}><legend>${t("theme")}</legend>
        ${welcome.themes.map(
          ({ code, label }) => html`<label>
          <input type="radio" name="theme" value=${code} checked=${chosen === code} onChange=${() => this.setState({ chosen: code, missing: false })} /><span>${label}</span>
        </label>`,
        )}
        ${missing && html`<p class="error" id="missing" role="alert">${t("theme_missing")}</p>`}
      </fieldset>
      ${audience === "school" && html`<label class="code">${t("school_code")}<input name="school_code" maxlength="50" autocomplete="off" spellcheck="false" /></label>`}
      ${
        audience === "professional" &&
        html`<fieldset class="taps"><legend>${t("for_whom")}</legend>
        ${["professional", "public"].map((who, i) => html`<label><input type="radio" name="audience" value=${who} defaultChecked=${i === 0} /><span>${t(`for_${who}`)}</span></label>`)}
      </fieldset>`
      }
      <button class="main" aria-disabled=${phase === "asking"}>${t(phase === "asking" ? "starting" : "start")}</button>
      <p class="hint proving" role="status">${proving && t("proving")}</p>
      <dl class="promises">
        ${["anonymous", "kept", "help"].map((name) => html`<div><dt>${t(name)}</dt><dd>${t(`${name}_text`)}</dd></div>`)}
        ${!session.store.lasting && html`<div><dt>${t("memory")}</dt><dd>${t("memory_text")}</dd></div>`}
      </dl>
      <${EmergencyContacts} contacts=${welcome.contacts} t=${t} />
    </form>`;
  }
}

/** Nobody can answer now: when they can, and whom to call meanwhile. */
export function ClosedPage({ session, choose, say }) {
  const { t, opening } = say;
  const {
    door,
    state: { welcome },
  } = session;
  const next = welcome.next_opening;
  return html`<div class="page">
    <${Languages} ...${{ session, choose, t }} />
    <h1 tabindex="-1">${t(`${door}_title`)}</h1>
    <p class="lead">${door === "full" ? t("full_text") : next ? t("closed_next", { when: opening(next) }) : t("closed_unknown")}</p>
    <${Notice} text=${welcome.notices?.closed} />
    <button class="plain" type="button" onClick=${() => session.speak(session.lang)}>${t("again")}</button>
    <${EmergencyContacts} contacts=${welcome.contacts} t=${t} />
  </div>`;
}
