// Transferring a conversation to a theme, a pool or a present colleague, with a note for the next counsellor.

import { html, useState } from "../chat/vendor/preact.js";
import { Choices, Dialog, Missing } from "./dialog.js";
import { colleagueOptions } from "./labels.js";
import { matches } from "../chat/plain_text.js";
import { messageBody } from "../chat/message_body.js";
import { t } from "../chat/words.js";

const MANY = 10;

export function TransferDialog({ workspace, conversation }) {
  const { themes, pools } = workspace.codes.value;
  const [to, setTo] = useState("");
  const [note, setNote] = useState("");
  const [filter, setFilter] = useState("");
  const [missing, setMissing] = useState(false);
  const ready = workspace.colleagues.value.filter(
    ({ id, state }) => state === "available" && id !== workspace.me.value.id,
  );
  const groups = [
    [
      "theme",
      t("transfer.theme"),
      themes
        .filter(({ code }) => code !== conversation.facts.value.theme)
        .map(({ code, label }) => ({ value: `theme ${code}`, label })),
    ],
    [
      "pool",
      t("transfer.pool"),
      pools
        .filter(({ code }) => count(ready, code) > 0)
        .map(({ code, label }) => ({ value: `pool ${code}`, label, hint: readiness(ready, code) })),
    ],
    [
      "counsellor",
      t("transfer.counsellor"),
      colleagueOptions(ready, pools).map(({ value, ...more }) => ({ value: `counsellor ${value}`, ...more })),
    ],
  ];
  const nobody = pools
    .filter(({ code }) => count(ready, code) === 0)
    .map(({ code, label }) => ({ value: `pool ${code}`, label }));
  const many = groups.reduce((sum, [, , options]) => sum + options.length, nobody.length) > MANY;
  const isShown = ({ value, label, hint }) => value === to || matches(`${label} ${hint ?? ""}`, filter);
  const choose = (value) => {
    setTo(value);
    setMissing(false);
  };
  const folded = nobody.filter(isShown);

  const transfer = (event) => {
    event.preventDefault();
    if (!to) return setMissing(true);
    const [kind, code] = to.split(" ");
    const known = ready.find(({ id }) => String(id) === code);
    if (
      workspace.transfer(
        conversation,
        { [kind]: kind === "counsellor" ? (known?.id ?? code) : code },
        messageBody(note),
      )
    )
      workspace.dialog.value = null;
  };
  return html`
    <${Dialog} workspace=${workspace} title=${t("transfer.title", { number: conversation.number })} wide>
      <form class="dialog-form" onSubmit=${transfer}>
        <p class="hint">${t("transfer.hint")}</p>
        ${
          many &&
          html`
          <label class="field"><span>${t("transfer.filter")}</span>
            <input type="text" autocomplete="off" autofocus value=${filter}
              onInput=${(event) => setFilter(event.target.value)} /></label>`
        }
        <div class="dialog-scroll" tabindex="0" role="group" aria-label=${t("transfer.to")}>
          ${groups.map(([kind, legend, options]) => {
            const shown = options.filter(isShown);
            return (
              shown.length > 0 &&
              html`<${Choices} key=${kind} name="to" legend=${legend} options=${shown} value=${to}
                onChange=${choose} />`
            );
          })}
          ${
            folded.length > 0 &&
            html`<details class="folded" open=${filter.trim() !== ""}>
            <summary>${t("transfer.nobody-there", { n: folded.length })}</summary>
            <${Choices} name="to" legend=${t("transfer.pool")} options=${folded} value=${to} onChange=${choose} />
          </details>`
          }
          ${ready.length === 0 && html`<p class="hint">${t("transfer.nobody")}</p>`}
        </div>
        <label class="field is-note"><span>${t("transfer.note")}</span>
          <span class="hint">${t("transfer.note-hint")}</span>
          <textarea rows="2" autocomplete="off" value=${note} maxlength=${workspace.limits.value.body}
            onInput=${(event) => setNote(event.target.value)}></textarea></label>
        <${Missing} when=${missing}>${t("transfer.missing")}<//>
        <div class="actions"><button type="submit" class="button is-main">${t("transfer.do")}</button></div>
      </form>
    <//>`;
}

function readiness(ready, pool) {
  return t("transfer.ready", { n: count(ready, pool) });
}

function count(ready, pool) {
  return ready.filter(({ pools }) => pools.includes(pool)).length;
}
