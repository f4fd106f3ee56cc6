/* Solves the challenge that the server may send before it accepts a request: in a worker beside the page, else in the
   page, a little at a time. */

import { loadModule, trusted } from "./verified_module.js";

const breathe = () => new Promise((done) => setTimeout(done));

/** `named`: proof.js, as in verified_module.js. No browser checks the integrity of a worker; all that it is given is
    the challenge. */
export async function solveProof(named, challenge) {
  try {
    return await inWorker(named.split(" ")[0], challenge);
  } catch {
    const { solve } = await loadModule(named);
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
