/* The one line that says how the other side and the connection are. Who cannot see it go is told when that is over. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { has, t } from "../chat/words.js";

/** That nobody is there is said by the line of who has left, in the conversation. */
export class ConnectionNotice extends Component {
  before = null;

  render({ session }) {
    const [key, kind] = connectionState(session);
    const seconds = session.closing.value;
    if (key || session.phase.value !== "active") this.before = key;
    const over = `${this.before}_over`;
    return html`<div role="status">
      ${
        key
          ? html`<p class=${`notice ${kind}`} aria-live=${key === "alone" ? "off" : null}>${t(key, { n: seconds < 60 ? seconds : seconds / 60 })}</p>`
          : has(over) && html`<p class="unseen">${t(over)}</p>`
      }
    </div>`;
  }
}

function connectionState({ link, phase, interrupted, closing, counsellorPresent }) {
  if (link.value !== "open") return ["cut", "is-warning"];
  if (interrupted.value) return ["interrupted", "is-warning"];
  if (closing.value) return [closing.value < 60 ? "closing_soon" : "closing", "is-warning"];
  return phase.value === "active" && !counsellorPresent.value ? ["alone", ""] : [null];
}
