/* After the end: why it ended, the text to keep, what was not sent, the survey, and a way to leave no trace. */

import { html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { reasonWords } from "./ending.js";
import { SurveyForm } from "./survey_form.js";
import { Transcript } from "./transcript.js";
import { saveTranscript } from "./transcript_file.js";
import { UnsentText } from "./unsent_text.js";

export function EndPage({ session }) {
  const ended = session.ended.value;
  const said = session.messages.value.length > 0;
  const save = html`<button type="button" class="small" onClick=${() => saveTranscript(session)}>${t("save")}</button>`;
  return html`<div class="page">
    <h1 tabindex="-1">${t(ended.waited ? "ended_waiting" : "ended")}</h1>
    <p class="lead">${t(reasonWords(ended))}</p>
    ${said && html`<p class="hint">${t("erased")}</p>`}
    <p class="choices">
      ${said && save}
      <button type="button" class="small" onClick=${() => session.startAnew()}>${t("new")}</button>
    </p>
    <${UnsentText} session=${session} />
    ${said && html`<details><summary>${t("read")}</summary><${Transcript} session=${session} /></details>`}
    <div role="status">${session.thanked.value && html`<p class="notice">${t("thanks")}</p>`}</div>
    ${
      !session.thanked.value &&
      ended.survey &&
      html`<details><summary>${t("survey")}</summary><${SurveyForm} session=${session} /></details>`
    }
    <${EmergencyContacts} contacts=${session.welcome.value?.contacts} />
  </div>`;
}
