// Buttons and keys that put marks into a text area. Without scripts the marks are typed: the text is all there
// is, so nothing is
// lost between what is seen and what is sent.
//
// <div data-marks-for="ID" hidden><button data-before="**" data-after="**" data-key="b">…: marks around what is
// selected, or away
// <button data-line="- ">…: each line of the selection becomes one of a list, or no longer
// <button data-link data-key="k">…: a link from what is selected
// <button data-insert="{time}">…: these words

import { link, startLines, surround } from "./text_marks.js";

/** Typed as by hand, so that the browser's own undo takes it back. */
function replace(text, from, to, words) {
  text.focus();
  text.setSelectionRange(from, to);
  const done = words ? document.execCommand("insertText", false, words) : from === to || document.execCommand("delete");
  if (done) return;
  text.setRangeText(words, from, to, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function apply(text, { from, to, words, select }) {
  if (from !== to || words) replace(text, from, to, words);
  text.setSelectionRange(...select);
}

/** A new line of a list begins like the one before it; an empty one ends the list. */
function continueList(event) {
  const text = event.target;
  if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey) return;
  const { selectionStart: at, selectionEnd: to, value } = text;
  const begins = value.lastIndexOf("\n", at - 1) + 1;
  if (at !== to || !value.startsWith("- ", begins) || at < begins + 2) return;
  event.preventDefault();
  if (at === begins + 2) replace(text, begins, at, "");
  else replace(text, at, at, "\n- ");
}

function press(text, { before, after, line, insert }) {
  const { value, selectionStart: from, selectionEnd: to } = text;
  if (line) apply(text, startLines(value, from, to, line));
  else if (before) apply(text, surround(value, from, to, before, after));
  else if (insert) replace(text, from, to, insert);
  else apply(text, link(value, from, to));
  text.focus();
}

/** A part that follows what is typed stays as it was when the answer is another page: a sentence says so. */
function stays(part) {
  return part?.dataset?.stays && document.getElementById(part.dataset.stays);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, shouldSwap } = event.detail;
  const sentence = stays(target);
  if (!sentence) return;
  sentence.hidden = shouldSwap && new URL(xhr.responseURL).pathname === location.pathname;
  if (!sentence.hidden) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:sendError", (event) => {
  const sentence = stays(event.detail.target);
  if (sentence) sentence.hidden = false;
});

for (const bar of document.querySelectorAll("[data-marks-for]")) {
  const text = document.getElementById(bar.dataset.marksFor);
  const buttons = [...bar.querySelectorAll("button")];
  bar.hidden = false;
  text.before(bar);
  for (const button of buttons) button.addEventListener("click", () => press(text, button.dataset));
  text.addEventListener("keydown", (event) => {
    const button =
      (event.ctrlKey || event.metaKey) &&
      !event.altKey &&
      buttons.find((one) => one.dataset.key === event.key.toLowerCase());
    if (!button) return continueList(event);
    event.preventDefault();
    press(text, button.dataset);
  });
}
