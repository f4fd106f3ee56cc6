// Closing with a classification: codes only. The theme asked for is chosen already, so that Alt+C, Enter is enough.

import { html, useState } from "../chat/vendor/preact.js";
import { Choices, Dialog } from "./dialog.js";
import { t } from "../chat/words.js";

export function CloseDialog({ workspace, conversation }) {
  const { themes, subthemes, given } = workspace.codes.value;
  const [theme, setTheme] = useState(conversation.facts.value.theme);
  const [subtheme, setSubtheme] = useState("");
  const [chosen, setChosen] = useState([]);
  const under = subthemes[theme] ?? [];

  const toggle = (code) => setChosen(chosen.includes(code) ? chosen.filter((one) => one !== code) : [...chosen, code]);
  const close = (event) => {
    event.preventDefault();
    if (workspace.close(conversation, { theme, ...(subtheme ? { subtheme } : {}), given: chosen }))
      workspace.dialog.value = null;
  };
  return html`
    <${Dialog} workspace=${workspace} title=${t("close.title", { number: conversation.number })} wide>
      <form class="dialog-form" onSubmit=${close} onKeyDown=${submitOnEnter}>
        <${Choices} name="theme" legend=${t("close.theme")} options=${asOptions(themes)} value=${theme} focusFirst
                    onChange=${(code) => {
                      setTheme(code);
                      setSubtheme("");
                    }} />
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

/** Enter closes from a checkbox too, as it does from a radio button. */
function submitOnEnter(event) {
  if (event.key !== "Enter" || event.target.type !== "checkbox") return;
  event.preventDefault();
  event.currentTarget.requestSubmit();
}
