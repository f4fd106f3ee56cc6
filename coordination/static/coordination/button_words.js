// Buttons that name what they will do, and to how much, follow what is chosen in their form. The server words the
// page as it is shown, and refuses what contradicts it: this only keeps the words up to date.

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function moment(value) {
  const at = new Date(value);
  const lang = document.documentElement.lang;
  return isNaN(at) ? "" : at.toLocaleString(lang, { dateStyle: "full", timeStyle: "short" });
}

function chosen(form, name) {
  const field = form.elements[name];
  return field?.selectedOptions ? field.selectedOptions[0]?.text.trim() : field?.value;
}

function daysTicked(form) {
  return [...form.querySelectorAll("input[data-days]:checked")].reduce((sum, one) => sum + Number(one.dataset.days), 0);
}

/** The words of a button, from its data: `data-says` names the field that decides which of them. */
function wordsOf(button) {
  const { form, dataset } = button;
  if (dataset.says === "days") {
    const n = daysTicked(form);
    return fill(n === 1 ? dataset.one : dataset.many, { n, team: chosen(form, "pool") });
  }
  const at = moment(chosen(form, "publish_at"));
  const words = dataset[form.elements[dataset.says].value] || "";
  return at || !words.includes("{at}") ? fill(words, { at, team: chosen(form, "pool") }) : dataset.incomplete;
}

for (const button of document.querySelectorAll("button[data-says]")) {
  const follow = () => {
    button.textContent = wordsOf(button);
    const shown = button.form.elements.shown;
    if (shown) shown.value = button.form.elements.pool.value;
  };
  button.form.addEventListener("input", (event) => {
    const when = button.form.elements.when;
    // A time that is chosen is meant.
    if (when && event.target.name === "publish_at") when.value = event.target.value ? "later" : "now";
    follow();
  });
  follow();
}
