// Lets node read the console's modules: in a browser all apps' static files lie under one /static/, here under their apps.

import { register } from "node:module";

const root = new URL("../../", import.meta.url).href;
const hooks = `
  const root = ${JSON.stringify(root)};
  export async function resolve(specifier, context, next) {
    if (specifier.startsWith("../chat/")) return next(root + "chat/static/" + specifier.slice(3), context);
    return next(specifier, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

export const folder = new URL("../../counsellor_console/static/counsellor_console/", import.meta.url);
export const load = (name) => import(new URL(name, folder).href);
