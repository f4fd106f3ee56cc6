/* The conversation as it is read: one list, in order, kept at its end unless the reader scrolled up. */

import { split } from "../chat/links.js";
import { Component, html } from "../chat/vendor/preact-core.js";

const GROUP_MS = 3 * 60_000;

/** Messages, unsent ones and marks as one list; a message that comes back keeps its key, so that it is read aloud once. */
export function transcriptLines({ messages, items, state: { marks } }) {
  const written = messages.map((one) => ({
    kind: one.author,
    key: one.client_id ?? `${one.epoch}:${one.seq}`,
    ...one,
  }));
  const unsent = items.map((one) => ({ kind: "visitor", key: one.client_id, ...one }));
  const all = [...written];
  for (const mark of [...marks].reverse())
    all.splice(mark.after, 0, { ...mark, key: `${mark.kind}${mark.at}`, mark: true });
  return [...all, ...unsent].map((line, i, list) => ({
    ...line,
    first: !together(list[i - 1], line),
    last: !together(line, list[i + 1]),
  }));
}

function together(one, next) {
  return (
    one &&
    next &&
    !one.mark &&
    one.kind === next.kind &&
    !next.state === !one.state &&
    Date.parse(next.at) - Date.parse(one.at) < GROUP_MS
  );
}

const Body = ({ text }) =>
  split(text).map((part) =>
    part.href ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow">${part.text}</a>` : part,
  );

function Line({ line, session, say: { t, clock, exactly }, delivered }) {
  const { kind, at, alias, state, code } = line;
  if (line.mark)
    return html`<div class="mark">${t(kind, { alias: alias ?? t("counsellor") })} <time datetime=${at} title=${exactly(at)}>${clock(at)}</time></div>`;
  if (kind === "system") return html`<div class="mark">${line.body}</div>`;
  const mine = kind === "visitor";
  const unsent =
    state &&
    (state === "failed"
      ? "failed"
      : session.state.phase === "waiting"
        ? "ahead"
        : session.state.link === "open"
          ? "sending"
          : "later");
  return html`<div class=${`message ${mine ? "is-mine" : ""} ${line.first ? "is-first" : ""} ${unsent ? `is-${unsent}` : ""}`}>
    <span class=${mine || !line.first ? "unseen" : "who"}>${mine ? t("you") : (alias ?? t("counsellor"))}</span>
    <div class="bubble" dir="auto"><${Body} text=${line.body} /></div>
    ${
      (line.last || unsent) &&
      html`<div class="meta" aria-live="off"><time datetime=${at} title=${exactly(at)}>${clock(at)}</time>
      ${unsent ? html` · <span>${t(unsent === "failed" && code === "too_long" ? "too_long_sent" : unsent)}</span>` : delivered && html` · <span>${t(delivered)}</span>`}
    </div>`
    }
    ${
      unsent === "failed" &&
      html`<div class="failed">
      <button type="button" class="plain" onClick=${() => session.retry(line.client_id)}>${t("retry")}</button>
      <button type="button" class="plain" onClick=${() => session.discard(line.client_id)}>${t("discard")}</button></div>`
    }
  </div>`;
}

export class Transcript extends Component {
  state = { fresh: 0 };

  /** In a chat that is reduced nothing has a place: then, and until it is seen again, as it was when last seen. */
  atEnd = () => {
    const { scrollHeight, scrollTop, clientHeight } = this.box;
    this.away ||= !scrollHeight;
    if (!this.away) this.followed = scrollHeight - scrollTop - Math.max(this.tall, clientHeight) < 60;
    return this.followed;
  };
  /** On a very low screen the whole talk scrolls, not the log alone. */
  toEnd = () => [this.box, this.box.closest(".talk")?.parentNode].forEach((box) => box?.scrollTo(0, box.scrollHeight));
  scrolled = () => {
    if (this.atEnd() && this.state.fresh) this.setState({ fresh: 0 });
  };

  /** A longer draft, a notice or a phone's keyboard makes it lower: what was its end stays in sight. */
  resized = () => {
    this.tall = this.box.clientHeight;
    if (this.followed) this.toEnd();
  };

  shown = () => {
    this.away = !this.box.scrollHeight;
    if (this.followed) this.toEnd();
  };

  componentDidMount() {
    this.count = this.props.session.messages.length;
    this.tall = this.box.clientHeight;
    this.followed = true;
    this.toEnd();
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
    const { messages, items } = this.props.session;
    const fresh = messages.slice(this.count).filter(({ author }) => author === "counsellor").length;
    const wrote = items.length > (this.unsent ?? 0);
    [this.count, this.unsent] = [messages.length, items.length];
    if (wasAtEnd || wrote) this.toEnd();
    else if (fresh) this.setState({ fresh: this.state.fresh + fresh });
  }

  render({ session, say, children }, { fresh }) {
    const { t } = say;
    const all = transcriptLines(session);
    const { seen, typing } = session.state;
    const newest = all.findLast((line) => line.kind === "visitor" && line.seq);
    return html`<div class="log" ref=${(box) => {
      this.box = box;
    }} tabindex="0" role="region" aria-label=${t("transcript")} onScroll=${this.scrolled}>
        ${children}
        <div role="log" aria-live="polite" aria-relevant="additions">
          ${all.map((line) => html`<${Line} key=${line.key} ...${{ line, session, say }} delivered=${line === newest && (line.seq <= seen ? "seen" : "sent")} />`)}
        </div>
        <p class=${typing ? "typing" : "typing is-still"} aria-hidden="true"><i></i><i></i><i></i> ${typing && t("typing")}</p>
      </div>
      ${fresh > 0 && html`<button type="button" class="fresh" onClick=${this.toEnd}>${t("fresh", { n: fresh })} ↓</button>`}`;
  }
}
