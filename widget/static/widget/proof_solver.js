/* Solves the challenge that the server may send before it accepts a request: in a worker beside the page, else in the
   page, a little at a time. */

const breathe = () => new Promise((done) => setTimeout(done));

/** `address`: the URL of proof.js, the only worker that this frame may start. */
export async function solveProof(address, challenge) {
  try {
    return await inWorker(address, challenge);
  } catch {
    const { solve } = await import(address);
    return solve(challenge, breathe);
  }
}

function inWorker(address, challenge) {
  return new Promise((done, failed) => {
    const worker = new Worker(trusted(address), { type: "module" });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      done(data);
    };
    worker.onerror = failed;
    worker.postMessage(challenge);
  });
}

let policy;
function trusted(address) {
  policy ??= globalThis.trustedTypes?.createPolicy("miti", { createScriptURL: (url) => (url === address ? url : "") });
  return policy ? policy.createScriptURL(address) : address;
}
