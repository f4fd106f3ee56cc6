/* What looks at the text that a visitor writes. Only who has asked needs it: it is loaded then, before anything is
   typed. */

export { messageParts } from "../chat/message_parts.js";
export { mentionsCrisis } from "./crisis_words.js";
export { detectPrivateData } from "./text_checks.js";
