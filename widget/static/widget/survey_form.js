/* The optional survey after the end. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

const QUESTIONS = ["helped", "status", "age_band", "gender"];

export class SurveyForm extends Component {
  state = {};

  give = (event) => {
    event.preventDefault();
    const answers = Object.fromEntries(Object.entries(this.state).filter(([, value]) => value));
    if (Object.keys(answers).length) this.props.session.answerSurvey(answers);
  };

  render({ session }) {
    const { codes = {} } = session.welcome.value ?? {};
    const ratings = Array.from({ length: session.limits.rating_max }, (_, i) => ({
      code: i + 1,
      label: String(i + 1),
    }));
    const answered = Object.values(this.state).some(Boolean);
    return html`<form class="survey" onSubmit=${this.give}>
      <p class="hint">${t("survey_text")}</p>
      ${this.question("rating", ratings)} ${QUESTIONS.map((name) => this.question(name, codes[name] ?? []))}
      <button class="main" aria-disabled=${!answered}>${t("survey_send")}</button>
    </form>`;
  }

  question(name, choices) {
    if (!choices.length) return null;
    const chosen = this.state[name];
    return html`<fieldset class=${`taps is-${name}`}>
      <legend>${t(name)}</legend>
      ${choices.map(
        ({ code, label }) => html`<label>
          <input
            type="radio"
            name=${name}
            checked=${chosen === code}
            onClick=${() => this.setState({ [name]: chosen === code ? null : code })}
          />
          <span>${label}</span>
        </label>`,
      )}
      ${
        name === "rating" &&
        html`<p class="hint scale"><span>${t("rating_low")}</span><span>${t("rating_high")}</span></p>`
      }
    </fieldset>`;
  }
}
