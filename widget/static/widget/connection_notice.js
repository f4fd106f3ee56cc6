/* The one line that says how the other side and the connection are. Who cannot see it go is told when that is over. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { lasting, t } from "../chat/words.js";

const OVER = { cut: "mended", interrupted: "joined" };

export class ConnectionNotice extends Component {
  before = null;

  render({ session }) {
    const key = connectionState(session);
    const seconds = session.closing.value;
    const time = seconds < 60 ? lasting(seconds, "second") : lasting(seconds / 60, "minute");
    if (key || session.phase.value !== "active") this.before = key;
    const over = OVER[this.before];
    return html`<div role="status">
      ${
        key
          ? html`<p class="notice is-warning">${t(key, { time })}</p>`
          : over && html`<p class="unseen">${t(over)}</p>`
      }
    </div>`;
  }
}

function connectionState({ link, interrupted, closing, phase }) {
  if (link.value !== "open") return "cut";
  if (interrupted.value) return "interrupted";
  return closing.value && (phase.value === "waiting" ? "closes_early" : "closing");
}
