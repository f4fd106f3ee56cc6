/* The field in which the visitor writes. It warns of private data before anything is sent, and shows the numbers to
   call when words sound like danger; both happen only in the browser. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { isTooLarge, messageBody } from "../chat/message_body.js";
import { messageParts } from "../chat/message_parts.js";
import { t } from "../chat/words.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { detectPrivateData } from "./text_checks.js";

/** Nobody reads more in one go. */
const MOST_PARTS = 10;

export const isTouchScreen = () => matchMedia("(pointer: coarse)").matches;

export class Composer extends Component {
  state = { text: this.props.session.draft, caution: null, crisis: false, crisisDismissed: false };

  componentDidMount() {
    this.grow();
    this.loadCrisisWords();
    this.stop = this.props.session.restoredDraft.subscribe((text) => {
      if (text && !this.state.text) this.setState({ text }, () => this.grow());
    });
  }

  componentWillUnmount() {
    this.stop();
  }

  unchecked = "";

  /** Fetched before anything is typed; tried again at the next letter if that failed. What was typed meanwhile is
      looked at then. */
  async loadCrisisWords() {
    if (this.loading) return;
    this.loading = true;
    const words = await this.props.session.options.loadCrisisWords?.().catch(() => null);
    this.loading = false;
    if (!words) return;
    this.mentionsCrisis = words.mentionsCrisis;
    this.lookForCrisis(`${this.unchecked}\n${this.area.value}`);
  }

  lookForCrisis(text) {
    if (!this.mentionsCrisis) return void this.loadCrisisWords();
    if (!this.state.crisisDismissed && this.mentionsCrisis(text)) this.setState({ crisis: true });
  }

  grow() {
    const { area } = this;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  changed = ({ target: { value: text } }) => {
    const { session } = this.props;
    this.setState({ text, caution: this.state.caution && detectPrivateData(text) }, () => this.grow());
    this.lookForCrisis(text);
    session.keepDraft(text);
    session.reportTyping(Boolean(messageBody(text)));
  };

  keyPressed = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouchScreen()) this.send(event);
  };

  /** What would be sent: one message, or with `inParts` as many as are needed. */
  parts(inParts) {
    const { limits } = this.props.session;
    const body = messageBody(this.area.value);
    if ([...body].length <= limits.body && !isTooLarge(body, limits)) return [body];
    return inParts ? messageParts(body, limits) : [];
  }

  send = (event, { sure = false, inParts = this.state.inParts } = {}) => {
    event.preventDefault();
    const { session } = this.props;
    const body = messageBody(this.area.value);
    const parts = this.parts(inParts);
    if (!body || !parts.length || parts.length > MOST_PARTS) return;
    const caution = !sure && detectPrivateData(body);
    if (caution) return this.setState({ caution, inParts });
    if (!this.mentionsCrisis) this.unchecked += `\n${body}`;
    parts.forEach((part) => session.say(part));
    this.setState({ text: "", caution: null, inParts: false }, () => this.grow());
    this.area.focus();
  };

  submitted = (event) => this.send(event);

  goBack = () => this.setState({ caution: null, inParts: false }, () => this.area.focus());

  escaped = (event) => {
    if (event.key !== "Escape" || !this.state.caution) return;
    event.preventDefault();
    this.goBack();
  };

  dismissCrisis = () => this.setState({ crisis: false, crisisDismissed: true });

  render({ session, contacts }, { text, caution, crisis }) {
    const limit = session.limits.body;
    const body = messageBody(text);
    const length = [...body].length;
    const left = limit - length;
    const tooLarge = left >= 0 && isTooLarge(body, session.limits);
    const tooLong = left < 0 || tooLarge;
    const parts = tooLong && length <= limit * MOST_PARTS ? messageParts(body, session.limits).length : 0;
    const placeholder = session.phase.value === "waiting" ? "write_ahead" : "write";
    // `autocomplete`: browsers store what is in fields, to fill them in again.
    return html`<form class="composer" autocomplete="off" onSubmit=${this.submitted} onKeyDown=${this.escaped}>
      <div role="status">
        ${
          crisis &&
          html`<div class="care">
            <${EmergencyContacts} contacts=${contacts} title="crisis" />
            <button type="button" class="plain" onClick=${this.dismissCrisis}>${t("understood")}</button>
          </div>`
        }
      </div>
      ${
        caution &&
        html`<div class="notice is-warning" role="alert">
          <p>${t("caution", { what: t(caution) })}</p>
          <p class="choices">
            <button type="button" class="small" onClick=${this.goBack}>${t("change")}</button>
            <button type="button" class="plain" onClick=${(event) => this.send(event, { sure: true })}>${t("send_anyway")}
            </button>
          </p>
        </div>`
      }
      <label class="unseen" for="say">${t("message")}</label>
      <div class="write">
        <textarea
          id="say"
          ref=${(area) => {
            this.area = area;
          }}
          rows="1"
          dir="auto"
          autocomplete="off"
          value=${text}
          placeholder=${t(placeholder)}
          aria-describedby="say-limit"
          aria-invalid=${tooLong}
          enterkeyhint=${isTouchScreen() ? "enter" : "send"}
          onInput=${this.changed}
          onKeyDown=${this.keyPressed}
        ></textarea>
        <button class="send" aria-label=${t("send")} aria-disabled=${!length || tooLong}>
          <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12h15M12 5l7 7-7 7" /></svg>
        </button>
      </div>
      <p id="say-limit" class=${tooLong ? "error" : "hint"} role=${tooLong ? "alert" : null}>
        ${
          tooLarge
            ? t("too_large")
            : tooLong
              ? t("too_long", { n: -left, limit })
              : left < limit / 8
                ? t("left_to_write", { n: left })
                : ""
        }
      </p>
      ${
        parts > 1 &&
        parts <= MOST_PARTS &&
        html`<p class="choices">
          <button type="button" class="small" onClick=${(event) => this.send(event, { inParts: true })}>
            ${t("in_parts", { n: parts })}
          </button>
        </p>`
      }
    </form>`;
  }
}
