/* The conversation as a text file, made here: the server takes no part in it. */

import { clockTime, fullDate, t } from "../chat/words.js";
import { transcriptLines } from "./transcript_lines.js";

export function transcriptText(session) {
  const said = transcriptLines(session).filter(({ mark }) => !mark);
  const day = said.length ? fullDate(said[0].at) : "";
  const names = { visitor: t("you"), counsellor: t("counsellor"), system: "Miti" };
  const written = ({ kind, at, alias, body, state }) =>
    `[${clockTime(at)}] ${alias || names[kind]}${state ? ` (${t("failed")})` : ""} : ${body ?? t("unopened")}`;
  return [`Miti · ${day}`, "", ...said.map(written), ""].join("\r\n");
}

export function saveTranscript(session) {
  const bytes = new Blob(["\ufeff", transcriptText(session)], { type: "text/plain;charset=utf-8" });
  const url = URL.createObjectURL(bytes);
  Object.assign(document.createElement("a"), { href: url, download: "miti.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
