/* A notice from the coordinators to visitors. */

import { html } from "../chat/vendor/preact-core.js";
import { paragraphs } from "./notice_text.js";

export const Notice = ({ text }) => paragraphs(text).map((line) => html`<p class="notice">${line}</p>`);
