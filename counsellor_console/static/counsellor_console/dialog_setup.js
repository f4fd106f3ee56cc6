import { html } from "../chat/vendor/preact.js";
import { Dialog } from "./dialog.js";
import { Readiness } from "./readiness.js";
import { t } from "./words.js";

export function SetupDialog({ desk }) {
  return html`<${Dialog} desk=${desk} title=${t("setup.title")}><${Readiness} desk=${desk} /><//>`;
}
