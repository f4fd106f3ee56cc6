/* That a counsellor is writing, for a screen reader: a sentence now and then, not one before each message. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { t } from "../chat/words.js";

const EVERY_MS = 60_000;

export class TypingNotice extends Component {
  saidAt = 0;
  words = "";

  render({ session }) {
    const now = session.world.now();
    const alias = session.typist.value ?? t("counsellor");
    if (!session.counsellorTyping.value) this.words = "";
    else if (now - this.saidAt >= EVERY_MS) [this.words, this.saidAt] = [t("is_writing", { alias }), now];
    return html`<p class="unseen" role="status">${this.words}</p>`;
  }
}
