/* After the last word: why it ended, a few optional taps, the text to keep, and nothing left behind. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { EmergencyContacts } from "./start_page.js";
import { Transcript, transcriptLines } from "./transcript.js";

/** The conversation as a text file, made here: the server takes no part in it. */
export function asText(session, { t, clock, lang }) {
  const said = transcriptLines(session).filter((line) => line.body);
  const day = said.length ? new Intl.DateTimeFormat(lang, { dateStyle: "full" }).format(new Date(said[0].at)) : "";
  const names = { visitor: t("you"), counsellor: t("counsellor"), system: "Miti" };
  return [
    `Miti · ${day}`,
    "",
    ...said.map(
      ({ kind, at, body, state }) => `[${clock(at)}] ${names[kind]}${state ? ` (${t("failed")})` : ""} : ${body}`,
    ),
    "",
  ].join("\r\n");
}

function save(session, say) {
  const url = URL.createObjectURL(new Blob(["\ufeff", asText(session, say)], { type: "text/plain;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: "miti.txt" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

class Survey extends Component {
  state = {};

  render({ session, say: { t } }) {
    const codes = session.state.welcome?.codes ?? {};
    const stars = [1, 2, 3, 4, 5].map((code) => ({ code, label: String(code) }));
    const questions = [
      ["rating", stars],
      ...["helped", "status", "age_band", "gender"].map((name) => [name, codes[name] ?? []]),
    ];
    const answered = Object.values(this.state).some(Boolean);
    const give = (event) => {
      event.preventDefault();
      if (answered) session.answer(Object.fromEntries(Object.entries(this.state).filter(([, value]) => value)));
    };
    return html`<form class="survey" onSubmit=${give}>
      <h2>${t("survey")}</h2><p class="hint">${t("survey_text")}</p>
      ${questions.map(
        ([name, choices]) =>
          choices.length > 0 &&
          html`<fieldset class=${`taps is-${name}`}><legend>${t(name)}</legend>
        ${choices.map(
          ({ code, label }) => html`<label><input type="radio" name=${name} checked=${this.state[name] === code}
          onClick=${() => this.setState({ [name]: this.state[name] === code ? null : code })} /><span>${label}</span></label>`,
        )}
        ${name === "rating" && html`<p class="hint scale"><span>${t("rating_low")}</span><span>${t("rating_high")}</span></p>`}
      </fieldset>`,
      )}
      <button class="main" aria-disabled=${!answered}>${t("survey_send")}</button>
    </form>`;
  }
}

export function EndPage({ session, say }) {
  const { t } = say;
  const { ended, thanked, welcome } = session.state;
  const reason = t(`reason_${ended.reason}`);
  return html`<div class="page">
    <h1 tabindex="-1">${t("ended")}</h1>
    <p class="lead">${reason.startsWith("reason_") ? t("reason_technical") : reason}</p>
    <p class="hint">${t("erased")}</p>
    <p class="choices">
      ${session.messages.length > 0 && html`<button type="button" class="small" onClick=${() => save(session, say)}>${t("save")}</button>`}
      <button type="button" class="small" onClick=${() => session.again()}>${t("new")}</button>
    </p>
    ${session.messages.length > 0 && html`<details><summary>${t("read")}</summary><${Transcript} ...${{ session, say }} /></details>`}
    ${thanked ? html`<p class="notice is-success" role="status">${t("thanks")}</p>` : ended.survey && html`<${Survey} ...${{ session, say }} />`}
    <${EmergencyContacts} contacts=${welcome?.contacts} t=${t} />
  </div>`;
}
