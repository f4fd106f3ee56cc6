// Finds people in a long list of boxes to tick: by first name, institution, team, theme, language, in any
// order. Without
// scripts the whole list is there.
//
// <div data-finder data-counts="{shown} of {all}, {ticked} ticked"><div class="finder-bar" hidden><input
// type="search">
//   <button data-tick="shown">, <button data-tick="none">, <output></div>… <label class="choice"
//   data-words="…"><input type="checkbox">

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

/** Fewer are seen at once. */
const MANY = 10;

function prepare(finder) {
  const bar = finder.querySelector(".finder-bar");
  const search = bar.querySelector("input");
  const told = bar.querySelector("output");
  const rows = [...finder.querySelectorAll("label.choice")].map((label) => ({
    label,
    box: label.querySelector("input"),
    words: plain(`${label.textContent} ${label.dataset.words ?? ""}`),
  }));
  const draw = () => {
    const wanted = plain(search.value).split(/\s+/).filter(Boolean);
    for (const { label, words } of rows) label.hidden = !wanted.every((word) => words.includes(word));
    const counts = {
      shown: rows.filter(({ label }) => !label.hidden).length,
      all: rows.length,
      ticked: rows.filter(({ box }) => box.checked).length,
    };
    told.textContent = finder.dataset.counts.replace(/\{(\w+)\}/g, (_, name) => counts[name]);
  };
  bar.hidden = rows.length <= MANY;
  search.addEventListener("input", draw);
  // Enter looks for somebody; it sends nothing.
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  finder.addEventListener("change", draw);
  for (const button of bar.querySelectorAll("button")) {
    button.addEventListener("click", () => {
      for (const { label, box } of rows) {
        if (!box.disabled && !label.hidden) box.checked = button.dataset.tick === "shown";
      }
      search.form?.dispatchEvent(new Event("input", { bubbles: true }));
      draw();
    });
  }
  draw();
}

for (const finder of document.querySelectorAll("[data-finder]")) prepare(finder);

/** The box in a table's head ticks the boxes of its rows. */
for (const all of document.querySelectorAll("input[data-tick-rows]")) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
    all.form?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
