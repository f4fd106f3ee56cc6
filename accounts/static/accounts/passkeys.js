/* Joins our buttons for passkeys to allauth's script, and says on the page that a passkey was not used, which allauth's
   script tells the console only. */

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-failed").hidden = false;
});

const BUTTONS = {
  mfa_webauthn_add: (id) => ["addForm", { add: id }],
  mfa_webauthn_authenticate: (id) => ["authenticateForm", { authenticate: id }],
};
for (const [id, joined] of Object.entries(BUTTONS)) {
  if (document.getElementById(id)) {
    const [form, ids] = joined(id);
    window.allauth.webauthn.forms[form]({ ids: { ...ids, credential: "id_credential", data: "js_data" } });
  }
}
