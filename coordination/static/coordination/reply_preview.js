// A canned reply as the visitor would get it: links as links, {theme} and {time} filled in. What the counsellor
// fills in stays marked.
//
// <div data-preview-of="ID" data-theme="…" hidden><p class="bubble"></p></div>

import { split } from "../chat/links.js";

const GAP = /(\[[^\]\n]{1,60}\])/;

function element(name, words) {
  const one = document.createElement(name);
  one.textContent = words;
  return one;
}

function shown(part) {
  if (typeof part !== "string")
    return [Object.assign(element("a", part.text), { href: part.href, rel: "noopener noreferrer" })];
  return part.split(GAP).map((words) => (GAP.test(words) ? element("mark", words) : words));
}

for (const box of document.querySelectorAll("[data-preview-of]")) {
  const text = document.getElementById(box.dataset.previewOf);
  const bubble = box.querySelector(".bubble");
  const time = () =>
    new Date().toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
  const draw = () => {
    const { form } = text;
    const theme = form.elements.theme?.value ? form.elements.theme.selectedOptions[0].text : box.dataset.theme;
    const filled = text.value.replace(/\{(\w+)\}/g, (whole, name) => ({ theme, time: time() })[name] ?? whole);
    bubble.lang = form.elements.language?.value ?? "";
    bubble.replaceChildren(...split(filled.trim()).flatMap(shown));
    box.hidden = !filled.trim();
  };
  text.form.addEventListener("input", draw);
  draw();
}
