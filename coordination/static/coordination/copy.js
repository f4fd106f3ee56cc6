// Buttons that copy a text of the page. Without scripts they are not shown: the text can be selected.

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies);
    text.select();
    await navigator.clipboard.writeText(text.value);
    button.textContent = button.dataset.copied;
  });
}
