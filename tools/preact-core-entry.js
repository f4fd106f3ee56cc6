// The libraries that render the visitor's chat, without hooks: the cores of preact and htm.
// `make vendor` bundles them.
import { Component, h, options, render } from "preact";
import htm from "htm/mini";

export const html = htm.bind(h);
export { Component, options, render };
