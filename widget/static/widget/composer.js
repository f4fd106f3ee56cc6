/* Where one writes. Warns of private data before anything is sent, shows the numbers when words sound like danger; both here only. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { detectPrivateData, mentionsCrisis } from "./text_checks.js";
import { EmergencyContacts } from "./start_page.js";

export const touch = () => matchMedia("(pointer: coarse)").matches;

export class Composer extends Component {
  state = { text: this.props.session.draft, caution: null, crisis: false, calmed: false };

  componentDidMount() {
    this.grow();
  }

  grow() {
    const { area } = this;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }

  typed = ({ target: { value: text } }) => {
    const { session } = this.props;
    const crisis = this.state.crisis || (!this.state.calmed && mentionsCrisis(text));
    this.setState({ text, caution: this.state.caution && detectPrivateData(text), crisis }, () => this.grow());
    session.keepDraft(text);
    session.typing(Boolean(text.trim()));
  };

  key = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch()) this.send(event);
  };

  send = (event, sure = false) => {
    event.preventDefault();
    const { session, limit } = this.props;
    const body = this.area.value.trim();
    if (!body || [...body].length > limit) return;
    const caution = !sure && detectPrivateData(body);
    if (caution) return this.setState({ caution });
    session.say(body);
    this.setState({ text: "", caution: null }, () => this.grow());
    this.area.focus();
  };

  back = () => this.setState({ caution: null }, () => this.area.focus());

  render({ session, limit, contacts, say: { t } }, { text, caution, crisis }) {
    const length = [...text.trim()].length;
    const left = limit - length;
    return html`<form class="composer" onSubmit=${this.send}>
      ${
        crisis &&
        html`<div class="care" role="status">
        <${EmergencyContacts} contacts=${contacts} t=${t} title="crisis" />
        <button type="button" class="plain" onClick=${() => this.setState({ crisis: false, calmed: true })}>${t("understood")}</button>
      </div>`
      }
      ${
        caution &&
        html`<div class="notice is-warning" role="alert"><p>${t("caution", { what: t(caution) })}</p>
        <p class="choices"><button type="button" class="small" onClick=${this.back}>${t("change")}</button>
        <button type="button" class="plain" onClick=${(event) => this.send(event, true)}>${t("send_anyway")}</button></p></div>`
      }
      <label class="unseen" for="say">${t("message")}</label>
      <div class="write">
        <textarea id="say" ref=${(area) => {
          this.area = area;
        }} rows="1" dir="auto" value=${text} placeholder=${t(session.state.phase === "waiting" ? "write_ahead" : "write")}
          aria-describedby="say-limit" aria-invalid=${left < 0} onInput=${this.typed} onKeyDown=${this.key} enterkeyhint=${touch() ? "enter" : "send"}></textarea>
        <button class="send" aria-label=${t("send")} aria-disabled=${!length || left < 0}><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12h15M12 5l7 7-7 7" /></svg></button>
      </div>
      <p id="say-limit" class=${left < 0 ? "error" : "hint"} role=${left < 0 ? "alert" : null}>${left < 0 ? t("too_long", { n: -left, limit }) : left < limit / 8 ? t("left_to_write", { n: left }) : ""}</p>
    </form>`;
  }
}
