// The smaller half, for the visitor's frame, where every kilobyte is somebody's telephone plan.
import { h } from "preact";
import htm from "htm";

export { Component, render } from "preact";
export const html = htm.bind(h);
