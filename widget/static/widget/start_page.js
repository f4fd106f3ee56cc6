/* Before the first message: what this is, what it is not, and the choice of language and theme. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { has, t } from "../chat/words.js";
import { AccessibilityLink } from "./accessibility_link.js";
import { arrivalSound } from "./arrival_sound.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { LanguageChoice } from "./language_choice.js";
import { Notice } from "./notice.js";

export class StartPage extends Component {
  start = (event) => {
    event.preventDefault();
    const { session, theme } = this.props;
    const { chosen = theme } = this.state;
    if (session.phase.value === "asking") return;
    const { school_code: code, audience: who, theme: themes } = event.target.elements;
    arrivalSound.unlock();
    if (chosen) session.ask(chosen, { code: code?.value.trim().toUpperCase(), audience: who?.value });
    else this.setState({ missing: true }, () => themes[0].focus());
  };

  render({ session, chooseLanguage, theme, audience }, { chosen = theme, missing }) {
    const { contacts, notice_blocks, themes } = session.welcome.value;
    const asking = session.phase.value === "asking";
    return html`<form class="page" onSubmit=${this.start} noValidate>
      <${LanguageChoice} ...${{ session, chooseLanguage }} />
      <h1 tabindex="-1">${t("hello")}</h1>
      <p class="lead">${t("lead")}</p>
      <${Problem} code=${session.problem.value} />
      <${Notice} blocks=${notice_blocks?.opening} />
      <fieldset class="themes" aria-describedby=${missing ? "missing" : null}>
        <legend>${t("theme")}</legend>
        ${themes.map(
          ({ code, label }) => html`<label>
            <input
              type="radio"
              name="theme"
              value=${code}
              checked=${chosen === code}
              onChange=${() => this.setState({ chosen: code, missing: false })}
            />
            <span>${label}</span>
          </label>`,
        )}
        ${missing && html`<p class="error" id="missing" role="alert">${t("theme_missing")}</p>`}
      </fieldset>
      ${audience === "school" && html`<${SchoolCode} longest=${session.limits.code} />`}
      ${audience === "professional" && html`<${Audience} />`}
      <button class="main" aria-disabled=${asking}>${t(asking ? "starting" : "start")}</button>
      <p class="hint proving" role="status">${session.proving.value && t("proving")}</p>
      <dl class="promises">
        ${["anonymous", "kept", "help"].map((name) => html`<${Promised} name=${name} />`)}
        ${!session.store.lasting && html`<${Promised} name="memory" />`}
      </dl>
      <${EmergencyContacts} contacts=${contacts} />
      <${AccessibilityLink} />
    </form>`;
  }
}

/** Why the last request was refused. */
function Problem({ code }) {
  const key = `problem_${code}`;
  return code && html`<p class="notice is-warning" role="alert">${t(has(key) ? key : "problem")}</p>`;
}

function SchoolCode({ longest }) {
  return html`<label class="code">
    ${t("school_code")}
    <input name="school_code" maxlength=${longest} autocomplete="off" spellcheck="false" />
  </label>`;
}

/** Somebody who accompanies others says for whom they write. */
function Audience() {
  return html`<fieldset class="taps">
    <legend>${t("for_whom")}</legend>
    ${["professional", "public"].map(
      (who, i) => html`<label>
        <input type="radio" name="audience" value=${who} defaultChecked=${i === 0} />
        <span>${t(`for_${who}`)}</span>
      </label>`,
    )}
  </fieldset>`;
}

const Promised = ({ name }) => html`<div><dt>${t(name)}</dt><dd>${t(`${name}_text`)}</dd></div>`;
