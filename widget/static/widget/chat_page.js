/* Waiting and talking are one screen, so that what was written while waiting stays where it was written. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { t, waitEstimate } from "../chat/words.js";
import { arrivalSound } from "./arrival_sound.js";
import { Composer } from "./composer.js";
import { ConnectionNotice } from "./connection_notice.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { Transcript } from "./transcript.js";
import { TypingNotice } from "./typing_notice.js";

export class ChatPage extends Component {
  stop = () => {
    const { session } = this.props;
    const phase = session.phase.value;
    // What was asked while waiting is not answered for the conversation that has begun meanwhile.
    if (this.state.asked === phase) session.leave();
    else this.setState({ asked: phase });
  };

  goOn = () => this.setState({ asked: null });

  /** Escape takes a question back. A second one soon after still leaves the page. */
  keyPressed = (event) => {
    const back = event.key === "Escape" && event.currentTarget.querySelector(".back");
    if (!back) return;
    event.preventDefault();
    back.click();
  };

  render({ session }, { asked }) {
    const { contacts } = session.welcome.value ?? {};
    const waiting = session.phase.value === "waiting";
    const counsellors = session.present.value.map((alias) => alias ?? t("counsellor")).join(", ");
    return html`<div class="talk" onKeyDown=${this.keyPressed}>
      <div class="bar">
        <h1 tabindex="-1">${waiting ? t("in_line") : counsellors || t("transcript")}</h1>
        <button type="button" class="plain" onClick=${this.stop}>${t(waiting ? "stop_waiting" : "stop")}</button>
      </div>
      ${
        asked === session.phase.value &&
        html`<${EndQuestion} key=${asked} ...${{ waiting }} onYes=${this.stop} onNo=${this.goOn} />`
      }
      <${ConnectionNotice} session=${session} />
      <${TypingNotice} session=${session} />
      <${Transcript} session=${session}>
        ${waiting ? html`<${Waiting} session=${session} />` : html`<p class="hint start">${t("start_hint")}</p>`}
        ${waiting && html`<${EmergencyContacts} contacts=${contacts} />`}
      </${Transcript}>
      <${Composer} session=${session} contacts=${contacts} />
    </div>`;
  }
}

/** Where a waiting visitor is in the queue, and how long it may take. */
export function placeInQueue({ phase, position, estimate }) {
  if (phase.value !== "waiting") return [];
  return [
    position.value ? t("position", { n: position.value }) : t("waiting"),
    estimate.value === null ? t("no_estimate") : waitEstimate(estimate.value),
  ];
}

function Waiting({ session }) {
  const changeSound = ({ target }) => {
    arrivalSound.on = target.checked;
  };
  return html`<section class="waiting">
    <div class="place">${placeInQueue(session).map((line) => html`<p>${line}</p>`)}</div>
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
  return html`<div class="notice" role="alertdialog" aria-label=${t(kind)} aria-describedby="sure">
    <p id="sure">${t(`${kind}_sure`)}</p>
    <p class="choices">
      <button type="button" class="small" onClick=${onYes}>${t(`${kind}_yes`)}</button>
      <button type="button" class="plain back" ref=${takeFocus} onClick=${onNo}>${t(`${kind}_no`)}</button>
    </p>
  </div>`;
}
