/* Waiting and talking are one screen, so that what was written while waiting stays where it was written. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { t, waitEstimate } from "../chat/words.js";
import { arrivalSound } from "./arrival_sound.js";
import { Composer } from "./composer.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { Transcript } from "./transcript.js";

export class ChatPage extends Component {
  stop = () => {
    const { session } = this.props;
    const phase = session.phase.value;
    // What was asked while waiting is not answered for the conversation that has begun meanwhile.
    if (this.state.asked === phase) session.leave();
    else this.setState({ asked: phase });
  };

  goOn = () => this.setState({ asked: null });

  render({ session }, { asked }) {
    const { contacts } = session.welcome.value ?? {};
    const waiting = session.phase.value === "waiting";
    const counsellor = session.counsellorPresent.value ? (session.alias.value ?? t("counsellor")) : t("transcript");
    return html`<div class="talk">
      <div class="bar">
        <h1 tabindex="-1">${waiting ? t("in_line") : counsellor}</h1>
        <button type="button" class="plain" onClick=${this.stop}>${t(waiting ? "stop_waiting" : "stop")}</button>
      </div>
      ${
        asked === session.phase.value &&
        html`<${EndQuestion} key=${asked} ...${{ waiting }} onYes=${this.stop} onNo=${this.goOn} />`
      }
      <${ConnectionNotice} session=${session} />
      <p class="unseen" role="status">${session.counsellorTyping.value ? t("typing") : ""}</p>
      <${Transcript} session=${session}>
        ${waiting ? html`<${Waiting} session=${session} />` : html`<p class="hint start">${t("start_hint")}</p>`}
        ${waiting && html`<${EmergencyContacts} contacts=${contacts} />`}
      </${Transcript}>
      <${Composer} session=${session} contacts=${contacts} />
    </div>`;
  }
}

function Waiting({ session }) {
  const position = session.position.value;
  const seconds = session.estimate.value;
  const changeSound = ({ target }) => {
    arrivalSound.on = target.checked;
  };
  return html`<section class="waiting">
    <div class="place" role="status">
      <p>${position ? t("position", { n: position }) : t("waiting")}</p>
      <p>${seconds === null ? t("no_estimate") : waitEstimate(seconds)}</p>
    </div>
    <p class="hint">${t("waiting_text")}</p>
    <label class="sound">
      <input type="checkbox" defaultChecked=${arrivalSound.on} onChange=${changeSound} /> ${t("sound")}
    </label>
  </section>`;
}

/** Runs once, when the element appears, because it is the same function at each drawing. */
const takeFocus = (button) => button?.focus();

function EndQuestion({ waiting, onYes, onNo }) {
  const kind = waiting ? "stop_waiting" : "stop";
  return html`<div class="notice" role="alertdialog" aria-label=${t(kind)}>
    <p>${t(`${kind}_sure`)}</p>
    <p class="choices">
      <button type="button" class="small" onClick=${onYes}>${t(`${kind}_yes`)}</button>
      <button type="button" class="plain" ref=${takeFocus} onClick=${onNo}>${t(`${kind}_no`)}</button>
    </p>
  </div>`;
}

/** The one line that says how the other side and the connection are. */
function ConnectionNotice({ session }) {
  const [key, kind] = connectionState(session);
  const minutes = Math.ceil((session.closing.value?.seconds ?? 0) / 60);
  return html`<div role="status">
    ${key && html`<p class=${`notice ${kind}`}>${t(key, { n: minutes })}</p>`}
  </div>`;
}

function connectionState({ link, phase, interrupted, closing, counsellorPresent }) {
  if (link.value !== "open") return ["cut", "is-warning"];
  if (interrupted.value) return ["interrupted", "is-warning"];
  if (closing.value) return ["closing", "is-warning"];
  return phase.value === "active" && !counsellorPresent.value ? ["alone", ""] : [];
}
