/* Modules that are loaded after the page. The page names each as "address integrity"; a browser runs no other bytes in
   its place. */

let policy;
let failures = 0;

/** Our own files, and nothing else. */
export function trusted(address) {
  policy ??= globalThis.trustedTypes?.createPolicy("miti", {
    createScriptURL: (url) => (/^\/static\/[\w./-]+(\?\d+)?$/.test(url) ? url : ""),
  });
  return policy ? policy.createScriptURL(address) : address;
}

/** `import()` takes no integrity. But it gives what a script element has loaded, and that one takes it. */
export async function loadModule(named) {
  const [address, integrity] = named.split(" ");
  // Numbered, because some browsers remember what failed.
  const url = failures ? `${address}?${failures}` : address;
  const script = document.createElement("script");
  await new Promise((onload, onerror) => {
    document.head.append(Object.assign(script, { type: "module", integrity, src: trusted(url), onload, onerror }));
  }).catch(() => {
    failures += 1;
    throw new Error(url);
  });
  return import(url);
}
