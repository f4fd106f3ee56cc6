// Buttons and keys that put marks around what is selected in a text. Without scripts the marks are typed.

function surround(text, before, after) {
  const { selectionStart: from, selectionEnd: to, value } = text;
  text.setRangeText(before + value.slice(from, to) + after, from, to, "end");
  text.setSelectionRange(from + before.length, to + before.length);
}

/** Each line that the selection touches becomes one of a list. */
function startLines(text, mark) {
  const from = text.value.lastIndexOf("\n", text.selectionStart - 1) + 1;
  const lines = text.value.slice(from, text.selectionEnd).split("\n");
  text.setRangeText(lines.map((line) => mark + line).join("\n"), from, text.selectionEnd, "end");
}

function press(text, { before, after, line }) {
  if (line) startLines(text, line);
  else surround(text, before, after);
  text.focus();
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const bar of document.querySelectorAll("[data-marks-for]")) {
  const text = document.getElementById(bar.dataset.marksFor);
  const buttons = [...bar.querySelectorAll("button")];
  bar.hidden = false;
  text.before(bar);
  for (const button of buttons) button.addEventListener("click", () => press(text, button.dataset));
  text.addEventListener("keydown", (event) => {
    const button =
      (event.ctrlKey || event.metaKey) && buttons.find((one) => one.dataset.key === event.key.toLowerCase());
    if (!button) return;
    event.preventDefault();
    press(text, button.dataset);
  });
}
