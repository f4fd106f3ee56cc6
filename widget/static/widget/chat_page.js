/* Waiting and talking: one screen, so that what was written while waiting stays where it was written. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { sound } from "./arrival_sound.js";
import { EmergencyContacts } from "./start_page.js";
import { Composer } from "./composer.js";
import { Transcript } from "./transcript.js";

function Waiting({ session, say: { t, estimate } }) {
  const { position, estimate: seconds } = session.state;
  return html`<section class="waiting">
    <div class="place" role="status"><p>${position ? t("position", { n: position }) : t("waiting")}</p>
      <p>${seconds == null ? t("no_estimate") : estimate(seconds)}</p></div>
    <p class="hint">${t("waiting_text")}</p>
    <label class="sound"><input type="checkbox" defaultChecked=${sound.on} onChange=${({ target }) => {
      sound.on = target.checked;
    }} /> ${t("sound")}</label>
  </section>`;
}

/** The one line that says how the other side and the connection are. */
function condition({ state: { link, phase, interrupted, closing, here } }) {
  if (link !== "open") return ["cut", "is-warning"];
  if (interrupted) return ["interrupted", "is-warning"];
  if (closing) return ["closing", "is-warning"];
  return phase === "active" && !here ? ["alone", ""] : null;
}

/** Once, when it appears: the same function at each drawing. */
const seize = (button) => button?.focus();

export class ChatPage extends Component {
  render({ session, say }, { sure }) {
    const { t } = say;
    const { phase, welcome, closing, alias, here, typing } = session.state;
    const waiting = phase === "waiting";
    const said = condition(session);
    const stop = () => (waiting || sure ? session.leave() : this.setState({ sure: true }));
    return html`<div class="talk">
      <div class="bar">
        <h1 tabindex="-1">${waiting ? t("in_line") : here ? (alias ?? t("counsellor")) : t("transcript")}</h1>
        <button type="button" class="plain" onClick=${stop}>${t(waiting ? "stop_waiting" : "stop")}</button>
      </div>
      ${
        sure &&
        !waiting &&
        html`<div class="notice" role="alertdialog" aria-label=${t("stop")}><p>${t("stop_sure")}</p><p class="choices">
        <button type="button" class="small" onClick=${stop}>${t("stop_yes")}</button>
        <button type="button" class="plain" ref=${seize} onClick=${() => this.setState({ sure: false })}>${t("stop_no")}</button></p></div>`
      }
      <div role="status">${said && html`<p class=${`notice ${said[1]}`}>${t(said[0], { n: Math.ceil((closing?.seconds ?? 0) / 60) })}</p>`}</div>
      <p class="unseen" role="status">${typing ? t("typing") : ""}</p>
      <${Transcript} ...${{ session, say }}>
        ${waiting ? html`<${Waiting} ...${{ session, say }} />` : html`<p class="hint start">${t("start_hint")}</p>`}
        ${waiting && html`<${EmergencyContacts} contacts=${welcome?.contacts} t=${t} />`}
      </${Transcript}>
      <${Composer} ...${{ session, say }} limit=${welcome?.limits?.body ?? 4000} contacts=${welcome?.contacts} />
    </div>`;
  }
}
