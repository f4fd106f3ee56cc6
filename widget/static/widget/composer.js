/* The field in which the visitor writes. It warns of private data before anything is sent, and shows the numbers to
   call when words sound like danger; both happen only in the browser. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { messageBody } from "../chat/message_body.js";
import { t } from "../chat/words.js";
import { EmergencyContacts } from "./emergency_contacts.js";
import { follow } from "./signals.js";

/** A message waits so long for what looks at it, and then goes without. */
const PATIENCE_MS = 1000;

const isTooLong = (body, limits) => [...body].length > limits.body;

export const isTouchScreen = () => matchMedia("(pointer: coarse)").matches;

export class Composer extends Component {
  state = { text: this.props.session.draft, caution: null, crisis: false };

  componentDidMount() {
    this.grow();
    this.loadChecks();
    const { restoredDraft } = this.props.session;
    this.stop = follow(() => {
      const text = restoredDraft.value;
      restoredDraft.value = "";
      if (text && !this.state.text) this.setState({ text }, () => this.grow());
    });
  }

  componentWillUnmount() {
    this.stop();
  }

  unchecked = "";
  checks = null;

  /** Tried again at the next letter if that failed. What was typed meanwhile is looked at then. */
  async loadChecks() {
    this.loading ??= this.props.session.options.loadWritingChecks?.().catch(() => null);
    const checks = await this.loading;
    this.loading = null;
    if (!checks || this.checks) return;
    this.checks = checks;
    this.isNewCrisis = checks.crisisWatch();
    this.lookForCrisis(`${this.unchecked}\n${this.area?.value}`);
    this.setState({});
  }

  lookForCrisis(text) {
    if (!this.checks) return void this.loadChecks();
    if (this.isNewCrisis(text)) this.setState({ crisis: true });
  }

  grow() {
    const { area } = this;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  changed = ({ target: { value: text } }) => {
    const { session } = this.props;
    this.setState({ text, caution: this.state.caution && this.checks.detectPrivateData(text) }, () => this.grow());
    this.lookForCrisis(text);
    session.keepDraft(text);
    session.reportTyping(Boolean(messageBody(text)));
  };

  keyPressed = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !isTouchScreen()) this.send(event);
  };

  /** `sure`: with what seems to be private data. `inParts`: as several messages. */
  send = async (event, { sure, inParts = this.state.inParts } = {}) => {
    event.preventDefault();
    const { session } = this.props;
    if (!this.checks) {
      const patience = new Promise((then) => session.world.setTimeout(then, PATIENCE_MS));
      await Promise.race([this.loadChecks(), patience]);
    }
    // The conversation may have ended meanwhile.
    const body = messageBody(this.area?.value ?? "");
    const { limits } = session;
    const parts = isTooLong(body, limits) ? (inParts && this.checks?.messageParts(body, limits)) || [] : [body];
    if (!body || !parts.length) return;
    const caution = !sure && this.checks?.detectPrivateData(body);
    if (caution) return void this.setState({ caution, inParts });
    if (!this.checks) this.unchecked += `\n${body}`;
    parts.forEach((part) => session.say(part));
    this.setState({ text: "", caution: null, inParts: false }, () => this.grow());
    this.area?.focus();
  };

  goBack = () => this.setState({ caution: null, inParts: false }, () => this.area.focus());

  dismissCrisis = () => this.setState({ crisis: false });

  render({ session, contacts }, { text, caution, crisis }) {
    const limit = session.limits.body;
    const body = messageBody(text);
    const length = [...body].length;
    const left = limit - length;
    const tooLong = isTooLong(body, session.limits);
    const parts = tooLong && this.checks?.messageParts(body, session.limits).length;
    const placeholder = session.phase.value === "waiting" ? "write_ahead" : "write";
    // `autocomplete`: browsers store what is in fields, to fill them in again.
    return html`<form class="composer" autocomplete="off" onSubmit=${this.send}>
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
            <button type="button" class="small back" onClick=${this.goBack}>${t("change")}</button>
            <button type="button" class="plain" onClick=${(event) => this.send(event, { sure: true })}>
              ${t("send_anyway")}
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
        ${tooLong ? t("too_long", { n: -left, limit }) : left < limit / 8 ? t("left_to_write", { n: left }) : ""}
      </p>
      ${
        parts > 0 &&
        html`<p class="choices">
          <button type="button" class="small" onClick=${(event) => this.send(event, { inParts: true })}>
            ${t("in_parts", { n: parts })}
          </button>
        </p>`
      }
    </form>`;
  }
}
