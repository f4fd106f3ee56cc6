// The names that the widget and the console may import from vendor/preact.js; the bundle leaves out everything else.
import { h } from "preact";
import htm from "htm";

export { Fragment, h, options, render } from "preact";
export { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { batch, computed, effect, signal, untracked, useComputed, useSignal, useSignalEffect } from "@preact/signals";
export const html = htm.bind(h);
