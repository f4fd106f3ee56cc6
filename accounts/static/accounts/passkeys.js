/* Says on the page that a passkey was not used; allauth's script tells the console only. */

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-failed").hidden = false;
});
