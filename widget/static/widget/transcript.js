/* The conversation for its reader: one list, in order, which stays at its end unless the reader scrolled up. */

import { Component, html } from "../chat/vendor/preact-core.js";
import { clockTime, exactTime, t } from "../chat/words.js";
import { readingWords } from "./reading.js";
import { keyOf, transcriptLines } from "./transcript_lines.js";

const Body = ({ text, session }) =>
  session.sealing
    .split(text ?? t("unopened"))
    .map((part) =>
      part.href
        ? html`<a href=${part.href} dir="ltr" target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>`
        : part,
    );

const At = ({ at }) => html`<time datetime=${at} title=${exactTime(at)}>${clockTime(at)}</time>`;

/** The state of a message that is not acknowledged yet; null: it is. */
function unsentState(session, { state, code }) {
  if (!state) return null;
  if (state === "failed") return code === "too_long" ? "too_long_sent" : "failed";
  if (session.phase.value === "waiting") return "ahead";
  return session.link.value === "open" ? "sending" : "later";
}

function Line({ line, session, delivered }) {
  const { kind, at, alias, state } = line;
  if (line.mark)
    return html`<div class="mark">${t(kind, { alias: alias ?? t("counsellor") })} <${At} at=${at} /></div>`;
  if (kind === "system") return html`<div class="mark">${line.body}</div>`;
  const own = kind === "visitor";
  const failed = state === "failed";
  const unsent = unsentState(session, line);
  const told = unsent ?? delivered;
  const classes = ["message", own && "is-mine", line.first && "is-first", unsent && `is-${failed ? state : unsent}`];
  return html`<div class=${classes.filter(Boolean).join(" ")}>
    <span class=${own || !line.first ? "unseen" : "who"}>${own ? t("you") : (alias ?? t("counsellor"))}</span>
    <div class="bubble" dir="auto" lang=${session.request?.language}>
      <${Body} text=${line.body} session=${session} />
    </div>
    ${
      (line.last || unsent) &&
      html`<div class="meta" aria-live="off"><${At} at=${at} />${told && html` · <span>${t(told)}</span>`}</div>`
    }
    ${
      failed &&
      html`<div class="failed">
        <button type="button" class="plain" onClick=${() => session.retry(line.client_id)}>${t("retry")}</button>
        <button type="button" class="plain" onClick=${() => session.discard(line.client_id)}>${t("discard")}</button>
      </div>`
    }
  </div>`;
}

export class Transcript extends Component {
  state = { fresh: 0 };

  /** In a reduced chat no element has a position: keep the last known answer until the chat is seen again. */
  atEnd = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    this.away ||= !scrollHeight;
    if (!this.away) this.followed = scrollHeight - scrollTop - Math.max(this.tall, clientHeight) < 60;
    return this.followed;
  };
  /** On a very low screen the whole page scrolls, not the log alone. */
  toEnd = () => {
    this.unread = null;
    this.follow();
  };
  /** To the end, but not past the beginning of what nobody has read. */
  follow = () => {
    const first = this.log.children[this.keys.indexOf(this.unread)];
    const top = (element) => element.getBoundingClientRect().top;
    for (const box of [this.box, this.box.closest(".talk")?.parentNode].filter(Boolean)) {
      box.scrollTo(0, box.scrollHeight);
      if (first) box.scrollTop -= Math.max(0, top(box) - top(first));
    }
    this.scrolled();
  };
  /** At the end all of it is in sight. What moves in a chat that is not seen again yet was moved by nobody. */
  scrolled = () => {
    // The event of a page that is gone already.
    if (!this.box || !this.atEnd() || this.away) return;
    this.unread = null;
    if (this.state.fresh) this.setState({ fresh: 0 });
  };

  /** A longer draft, a notice or a phone's keyboard makes the log lower: its end stays in sight. */
  resized = () => {
    this.tall = this.box.clientHeight;
    if (this.followed) this.follow();
  };

  shown = () => {
    this.away = !this.box.scrollHeight;
    if (this.followed) this.follow();
  };

  componentDidMount() {
    const { session } = this.props;
    this.count = session.messages.value.length;
    this.unread = keyOf(session.messages.value.find((one) => session.isNews(one)));
    this.tall = this.box.clientHeight;
    this.followed = true;
    this.follow();
    this.watchers = [new ResizeObserver(this.resized), new IntersectionObserver(this.shown)];
    for (const one of this.watchers) one.observe(this.box);
  }

  componentWillUnmount() {
    this.watchers.forEach((one) => one.disconnect());
  }

  getSnapshotBeforeUpdate() {
    return this.atEnd();
  }

  componentDidUpdate(_props, _state, wasAtEnd) {
    const messages = this.props.session.messages.value;
    const items = this.props.session.items.value;
    const answers = messages.slice(this.count).filter(({ author }) => author === "counsellor");
    const fresh = answers.length;
    const wrote = items.length > (this.unsent ?? 0);
    [this.count, this.unsent] = [messages.length, items.length];
    if (wrote) this.toEnd();
    else if (wasAtEnd) {
      this.unread ??= keyOf(answers[0]);
      this.follow();
    } else if (fresh) this.setState({ fresh: this.state.fresh + fresh });
  }

  render({ session, children }, { fresh }) {
    const lines = transcriptLines(session);
    const typing = session.counsellorTyping.value;
    const typist = session.present.value.length > 1 && session.typist.value;
    this.keys = lines.map(({ key }) => key);
    const newest = lines.findLast((line) => line.kind === "visitor" && line.seq);
    const delivered = newest?.seq <= session.counsellorSaw.value ? "seen" : "sent";
    return html`<div
        class="log"
        ref=${(box) => {
          this.box = box;
        }}
        tabindex="0"
        role="region"
        aria-label=${t("transcript")}
        onScroll=${this.scrolled}
      >
        ${children}
        <div
          role="log"
          aria-live="polite"
          aria-relevant="additions"
          ref=${(log) => {
            this.log = log;
          }}
        >
          ${lines.map(
            (line) =>
              html`<${Line} key=${line.key} ...${{ line, session }} delivered=${line === newest && delivered} />`,
          )}
        </div>
        <p class="hint reading" role="status">${readingWords(session)}</p>
        <p class=${typing ? "typing" : "typing is-still"} aria-hidden="true">
          <i></i><i></i><i></i> ${typing && typist} ${typing && t("typing")}
        </p>
      </div>
      ${
        fresh > 0 &&
        html`<button type="button" class="fresh" onClick=${this.toEnd}>${t("fresh", { n: fresh })} ↓</button>`
      }`;
  }
}
