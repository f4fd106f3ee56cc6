// Buttons and keys that put marks into a text area. Without scripts the marks are typed: the text is all there
// is, so nothing is
// lost between what is seen and what is sent.
//
// <div data-marks-for="ID" hidden><button data-before="**" data-after="**" data-key="b">…: marks around what is
// selected, or away
// <button data-line="- ">…: each line of the selection becomes one of a list, or no longer
// <button data-link data-key="k">…: a link from what is selected
// <button data-insert="{time}">…: these words

/** Typed as by hand, so that the browser's own undo takes it back. */
function replace(text, from, to, words) {
  text.focus();
  text.setSelectionRange(from, to);
  const done = words ? document.execCommand("insertText", false, words) : from === to || document.execCommand("delete");
  if (done) return;
  text.setRangeText(words, from, to, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function surround(text, before, after) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const inside = value.slice(from, to);
  const marked = value.slice(from - before.length, from) === before && value.slice(to, to + after.length) === after;
  if (marked) {
    replace(text, from - before.length, to + after.length, inside);
    text.setSelectionRange(from - before.length, to - before.length);
  } else {
    replace(text, from, to, before + inside + after);
    text.setSelectionRange(from + before.length, to + before.length);
  }
}

function startLines(text, mark) {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const lines = text.value.slice(from, text.selectionEnd).split("\n");
  const listed = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (listed ? line.slice(mark.length) : mark + line)).join("\n");
  replace(text, from, text.selectionEnd, changed);
}

/** The part that is missing, the words or the address, is selected afterwards. */
function link(text) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  const chosen = value.slice(from, to);
  const isAddress = /^(https?:\/\/|mailto:|tel:)\S+$/.test(chosen);
  const address = isAddress ? chosen : "https://";
  replace(text, from, to, `[${isAddress ? "" : chosen}](${address})`);
  const at = isAddress || !chosen ? from + 1 : from + chosen.length + 3;
  text.setSelectionRange(at, isAddress || !chosen ? at : at + address.length);
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
  if (line) startLines(text, line);
  else if (before) surround(text, before, after);
  else if (insert) replace(text, text.selectionStart, text.selectionEnd, insert);
  else link(text);
  text.focus();
}

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
