/* After the end: why it ended, the optional survey, the text to keep, and a way to leave no trace. */

import { html } from "../chat/vendor/preact-core.js";
import { has, t } from "../chat/words.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { SurveyForm } from "./survey_form.js";
import { Transcript } from "./transcript.js";
import { saveTranscript } from "./transcript_file.js";

export function EndPage({ session }) {
  const ended = session.ended.value;
  const said = session.messages.value.length > 0;
  const reason = `reason_${ended.reason}`;
  const save = html`<button type="button" class="small" onClick=${() => saveTranscript(session)}>${t("save")}</button>`;
  return html`<div class="page">
    <h1 tabindex="-1">${t("ended")}</h1>
    <p class="lead">${t(has(reason) ? reason : "reason_technical")}</p>
    <p class="hint">${t("erased")}</p>
    <p class="choices">
      ${said && save}
      <button type="button" class="small" onClick=${() => session.startAnew()}>${t("new")}</button>
    </p>
    ${said && html`<details><summary>${t("read")}</summary><${Transcript} session=${session} /></details>`}
    ${session.thanked.value && html`<p class="notice is-success" role="status">${t("thanks")}</p>`}
    ${!session.thanked.value && ended.survey && html`<${SurveyForm} session=${session} />`}
    <${EmergencyContacts} contacts=${session.welcome.value?.contacts} />
  </div>`;
}
