import { html } from "../chat/vendor/preact.js";
import { Dialog } from "./dialog.js";
import { SetupChecklist } from "./setup_checklist.js";
import { t } from "../chat/words.js";

export function SetupDialog({ workspace }) {
  return html`<${Dialog} workspace=${workspace} title=${t("setup.title")}><${SetupChecklist} workspace=${workspace} />
    <//>`;
}
