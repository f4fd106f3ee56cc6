// Closing with a classification: codes only. Nothing is chosen beforehand: Enter on an untouched dialog closes nothing.
// The theme asked for comes first: Alt+C, Tab, Space, Enter.

import { html, useState } from "../chat/vendor/preact.js";
import { Choices, Dialog, Missing } from "./dialog.js";
import { t } from "../chat/words.js";

export function CloseDialog({ workspace, conversation }) {
  const { themes, subthemes, given } = workspace.codes.value;
  const asked = conversation.facts.value.theme;
  const [theme, setTheme] = useState("");
  const [missing, setMissing] = useState(false);
  const [subtheme, setSubtheme] = useState("");
  const [chosen, setChosen] = useState([]);
  const under = subthemes[theme] ?? [];

  const toggle = (code) => setChosen(chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]);
  const close = (event) => {
    event.preventDefault();
    if (!theme) return setMissing(true);
    if (workspace.close(conversation, { theme, ...(subtheme ? { subtheme } : {}), given: chosen }))
      workspace.dialog.value = null;
  };
  return html`
    <${Dialog} workspace=${workspace} title=${t("close.title", { number: conversation.number })} wide>
      <form class="dialog-form" onSubmit=${close} onKeyDown=${submitOnEnter}>
        <${Choices} name="theme" legend=${t("close.theme")} options=${askedFirst(themes, asked)} value=${theme}
                    onChange=${(code) => {
                      setTheme(code);
                      setSubtheme("");
                      setMissing(false);
                    }} />
        <${Missing} when=${missing}>${t("close.missing")}<//>
        ${
          under.length > 0 &&
          html`
          <${Choices} name="subtheme" legend=${t("close.subtheme")} value=${subtheme} onChange=${setSubtheme}
                      options=${[{ value: "", label: t("close.no-subtheme") }, ...asOptions(under)]} />`
        }
        <fieldset class="choices-set">
          <legend>${t("close.given")}</legend>
          <div class="choices-grid">
            ${given.map(
              ({ code, label }) => html`
              <label key=${code} class="choice">
                <input type="checkbox" checked=${chosen.includes(code)} onChange=${() => toggle(code)} /><span>${label}
                </span></label>`,
            )}
          </div>
        </fieldset>
        <p class="hint">${t("close.hint")}</p>
        <div class="actions">
          <button type="submit" class="button is-main">${t("close.do")} <kbd aria-hidden="true">${t("key.enter")}</kbd>
            </button>
        </div>
      </form>
    <//>`;
}

const asOptions = (codes) => codes.map(({ code, label }) => ({ value: code, label }));

function askedFirst(themes, asked) {
  const isAsked = ({ value }) => value === asked;
  const options = asOptions(themes);
  return [
    ...options.filter(isAsked).map((option) => ({ ...option, hint: t("close.asked") })),
    ...options.filter((option) => !isAsked(option)),
  ];
}

/** Enter closes from a checkbox too, as it does from a radio button. */
function submitOnEnter(event) {
  if (event.key !== "Enter" || event.target.type !== "checkbox") return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}
