/* The request to talk to somebody, with proof of work where the server asks for it. */

/** The protocol's codes are letters, digits, dots and dashes: a partner's attribute must not make a request fail. */
const plainCode = (code, longest) => code?.replace(/[^\w.-]/g, "").slice(0, longest);

export function sendRequest(session, proof) {
  const { challenge } = session.welcome.value;
  if (challenge && !proof) return void prove(session, challenge);
  const campaign = plainCode(session.options.campaign, session.limits.code);
  session.connection.send({ type: "ask", ...session.request, ...(campaign && { campaign }), ...(proof && { proof }) });
}

async function prove(session, challenge) {
  session.set({ proving: true });
  const proof = await session.options.solveProof(challenge).catch(() => null);
  // Another welcome may have brought another challenge meanwhile.
  if (session.phase.value !== "asking" || session.welcome.value.challenge !== challenge) return;
  session.set(proof ? { proving: false } : { proving: false, phase: "before", problem: "proof_refused" });
  if (proof) sendRequest(session, proof);
}
