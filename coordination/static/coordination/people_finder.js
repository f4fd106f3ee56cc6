// Finds people in a long list of boxes to tick: by first name, institution, team, theme, language, in any order.
// Some are shown at once, so that the keyboard gets past them. Without scripts the whole list is there.
//
// <div data-finder data-counts="{shown} of {all}, {ticked} ticked"><div class="finder-bar" hidden><input type="search">
//   <button data-tick="shown">, <button data-tick="none">, <button data-more>, <output></div>…
//   <label class="choice" data-words="…"><input type="checkbox">

import { matches } from "../chat/plain_text.js";

/** Fewer are seen at once. */
const MANY = 10;
const A_PAGE = 50;

/** Which of the rows are shown: of those that are found the first ones, and whoever is ticked. */
export function shownOf(rows, wanted, most) {
  const found = rows.filter(({ words }) => matches(words, wanted));
  return { shown: found.filter(({ box }, place) => place < most || box.checked), more: found.length > most };
}

class Finder {
  most = A_PAGE;

  constructor(element) {
    this.element = element;
    this.bar = element.querySelector(".finder-bar");
    this.search = this.bar.querySelector("input");
    this.more = this.bar.querySelector("[data-more]");
    this.rows = [...element.querySelectorAll("label.choice")].map((label) => ({
      label,
      box: label.querySelector("input"),
      words: `${label.textContent} ${label.dataset.words ?? ""}`,
    }));
  }

  draw() {
    const { shown, more } = shownOf(this.rows, this.search.value, this.most);
    const seen = new Set(shown);
    for (const row of this.rows) row.label.hidden = !seen.has(row);
    this.more.hidden = !more;
    const counts = {
      shown: shown.length,
      all: this.rows.length,
      ticked: this.rows.filter(({ box }) => box.checked).length,
    };
    const words = this.element.dataset.counts.replace(/\{(\w+)\}/g, (_, name) => counts[name]);
    this.bar.querySelector("output").textContent = words;
  }

  tick(checked) {
    for (const { label, box } of this.rows) if (!box.disabled && !label.hidden) box.checked = checked;
    this.search.form?.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
  }

  /** More of them; the first that was not there before gets the focus. */
  showMore() {
    const before = new Set(this.rows.filter(({ label }) => !label.hidden));
    this.most += A_PAGE;
    this.draw();
    this.rows.find((row) => !row.label.hidden && !before.has(row))?.box.focus();
  }

  start() {
    this.bar.hidden = this.rows.length <= MANY;
    this.search.addEventListener("input", () => {
      this.most = A_PAGE;
      this.draw();
    });
    // Enter looks for somebody; it sends nothing.
    this.search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.element.addEventListener("change", () => this.draw());
    for (const button of this.bar.querySelectorAll("[data-tick]"))
      button.addEventListener("click", () => this.tick(button.dataset.tick === "shown"));
    this.more.addEventListener("click", () => this.showMore());
    this.draw();
  }
}

/** The box in a table's head ticks the boxes of its rows. */
function tickRows(all) {
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
    all.form?.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function prepare(part) {
  for (const element of part.querySelectorAll("[data-finder]")) new Finder(element).start();
  for (const all of part.querySelectorAll("input[data-tick-rows]")) tickRows(all);
}

if (globalThis.document) {
  prepare(document);
  // A part of the page that was asked for anew comes without what was done to the one before.
  document.addEventListener("htmx:afterSwap", ({ target }) => prepare(target));
}
