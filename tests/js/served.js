/* The widget's modules import "../chat/…" as they are served, under one /static/; on disk each app has its own
   folder. */

import { existsSync } from "node:fs";
import { register } from "node:module";

const root = new URL("../../", import.meta.url).href;

register(
  `data:text/javascript,${encodeURIComponent(`
  import { existsSync } from "node:fs";
  const root = ${JSON.stringify(root)};
  export function resolve(specifier, context, next) {
    const asked = specifier.startsWith(".") && context.parentURL ? new URL(specifier, context.parentURL).href : null;
    const match = asked?.match(/\\/static\\/((\\w+)\\/.*)$/);
    if (match && !existsSync(new URL(asked))) {
      for (const app of ["chat", "widget", "counsellor_console", "coordination", "miti"]) {
        const file = new URL(app + "/static/" + match[1], root);
        if (existsSync(file)) return next(file.href, context);
      }
    }
    return next(specifier, context);
  }
`)}`,
);

/** `await served("widget/visitor_session.js")`: the module that a browser gets from /static/widget/visit.js. */
export function served(path) {
  const file = ["chat", "widget", "counsellor_console", "coordination"]
    .map((app) => new URL(`${app}/static/${path}`, root))
    .find((url) => existsSync(url));
  return import(file);
}
