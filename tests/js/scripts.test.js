import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const root = new URL("../../", import.meta.url);
const FOLDERS = /^(?:\w+\/static|tests\/js|tools)\//;
const OF_OTHERS = /(?:^|\/)(?:vendor|packed|node_modules)\//;
const LONGEST_LINE = 120;
const LONGEST_FILE = 300;

/* What a running Miti keeps; its static files are copies. */
const KEPT = "var";

const apps = readdirSync(root, { withFileTypes: true }).filter(
  (one) => one.isDirectory() && !one.name.startsWith(".") && one.name !== KEPT,
);
const files = apps
  .flatMap(({ name }) => [`${name}/static`, `${name}/js`, name === "tools" ? name : null].filter(Boolean))
  .flatMap(listed)
  .filter((file) => FOLDERS.test(file) && !OF_OTHERS.test(file));

function listed(folder) {
  try {
    return readdirSync(new URL(`${folder}/`, root), { recursive: true }).map((name) => `${folder}/${name}`);
  } catch (error) {
    if (error.code === "ENOENT") return [];
    throw error;
  }
}

const lines = (file) => readFileSync(new URL(file, root), "utf8").trimEnd().split("\n");
const scripts = [...files.filter((file) => file.endsWith(".js")), "tools/pack", "tools/vendor"];

test("the scripts of all rooms are looked at", () => {
  for (const room of ["chat/static", "widget/static", "counsellor_console/static", "tests/js"]) {
    assert.ok(
      scripts.some((file) => file.startsWith(room)),
      room,
    );
  }
});

test("no line of a script or style sheet is longer than 120 characters", () => {
  const long = [];
  for (const file of [...scripts, ...files.filter((one) => one.endsWith(".css"))]) {
    lines(file).forEach((line, i) => [...line].length > LONGEST_LINE && long.push(`${file}:${i + 1}`));
  }
  assert.deepEqual(long, []);
});

test("no script has more than 300 lines", () => {
  assert.deepEqual(
    scripts.filter((file) => lines(file).length > LONGEST_FILE),
    [],
  );
});
