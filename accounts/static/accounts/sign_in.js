/* Solves what the sign-in form asks for after many wrong passwords; the form is sent once that is done. */

import { solveProof } from "../widget/proof_solver.js";

const form = document.querySelector("form[data-challenge]");
if (form) {
  const solved = solveProof(form.dataset.solver, JSON.parse(form.dataset.challenge));
  form.addEventListener("submit", async (sending) => {
    if (form.elements.proof.value) return;
    sending.preventDefault();
    form.elements.proof.value = await solved;
    form.submit();
  });
}
