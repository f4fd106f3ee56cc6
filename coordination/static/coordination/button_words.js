// Buttons that name what they will do, and to how much, follow what is chosen in their form. The server words the
// page as it is shown, and refuses what contradicts it: this only keeps the words up to date.
//
// <button data-says="FIELD" data-VALUE="…" data-VALUE-one="…">: FIELD is the field whose value, or "given" or
// "missing", chooses the words;
// {team}, {at}, {day} and {n} are filled in. The words of the page hold while something of it is missing.

const DAY_MS = 86_400_000;

function dated(value, style) {
  const at = new Date(value);
  return isNaN(at) ? "" : at.toLocaleString(document.documentElement.lang, style);
}

function chosen(form, name) {
  const field = form.elements[name];
  return field?.selectedOptions ? field.selectedOptions[0]?.text.trim() : field?.value;
}

/** Of how many days, or people, the act is. A letter is sent again only to those who wait for one. */
function extent(form) {
  const { date, until, person, everybody } = form.elements;
  if (everybody?.checked) return Number(everybody.value);
  const waiting = form.elements.act?.value === "letter" ? "[data-waits]" : "";
  if (person) return form.querySelectorAll(`input[name=person]${waiting}:checked`).length;
  if (date) return until?.value ? Math.round((new Date(until.value) - new Date(date.value)) / DAY_MS) + 1 : 1;
  return [...form.querySelectorAll("input[data-days]:checked")].reduce((sum, one) => sum + Number(one.dataset.days), 0);
}

function wordsOf({ form, dataset }) {
  const n = extent(form);
  const field = form.elements[dataset.says];
  const value = field?.type === "checkbox" ? field.checked : field?.value;
  const says = !field ? dataset.says : value in dataset ? value : value ? "given" : "missing";
  const words = (n === 1 && dataset[`${says}One`]) || dataset[says];
  const values = {
    n: n > 0 || form.querySelector("input[data-days]") ? String(n) : "",
    team: chosen(form, "pool"),
    at: dated(chosen(form, "publish_at") || chosen(form, "starts_at"), { dateStyle: "full", timeStyle: "short" }),
    day: dated(chosen(form, "date") || chosen(form, "valid_from"), { dateStyle: "full" }),
  };
  const filled = words?.replace(/\{(\w+)\}/g, (_, name) => values[name] || "\0");
  return !filled || filled.includes("\0") ? dataset.incomplete : filled;
}

for (const button of document.querySelectorAll("button[data-says]")) {
  button.dataset.incomplete ??= button.textContent;
  const follow = () => {
    button.textContent = wordsOf(button);
    const shown = button.form.elements.shown;
    if (shown && button.form.elements.pool) shown.value = button.form.elements.pool.value;
  };
  button.form.addEventListener("input", (event) => {
    const when = button.form.elements.when;
    // A time that is chosen is meant.
    if (when && event.target.name === "publish_at") when.value = event.target.value ? "later" : "now";
    follow();
  });
  follow();
}
