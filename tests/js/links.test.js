import assert from "node:assert/strict";
import { test } from "node:test";
import { split } from "../../chat/static/chat/links.js";

const links = (text) => split(text).filter((part) => typeof part === "object");
const joined = (text) =>
  split(text)
    .map((part) => part.text ?? part)
    .join("");

test("an address becomes a link and the sentence stays whole", () => {
  const text = "Voir https://www.siep.be/ et www.miti.be/x?y=1#z, merci.";
  assert.deepEqual(links(text), [
    { href: "https://www.siep.be/", text: "https://www.siep.be/" },
    { href: "https://www.miti.be/x?y=1#z", text: "www.miti.be/x?y=1#z" },
  ]);
  assert.equal(joined(text), text);
});

test("the sentence's punctuation is not the address's", () => {
  for (const [text, address] of [
    ["https://miti.be/x.", "https://miti.be/x"],
    ["(https://miti.be/x)", "https://miti.be/x"],
    ["https://fr.wikipedia.org/wiki/Miti_(chat)", "https://fr.wikipedia.org/wiki/Miti_(chat)"],
    ["« https://miti.be/x »", "https://miti.be/x"],
    ["https://miti.be/x?!", "https://miti.be/x"],
  ])
    assert.deepEqual(
      links(text).map((link) => link.text),
      [address],
    );
});

test("thousands of brackets and full stops cost no more questions than a few", (t) => {
  let questions = 0;
  for (const name of ["split", "slice", "replace", "endsWith"]) {
    const usual = String.prototype[name];
    t.mock.method(String.prototype, name, function (...given) {
      questions += 1;
      return usual.apply(this, given);
    });
  }
  for (const end of [")", "].)", "}", ".", "*_~'"]) {
    const text = `https://miti.be/x${end.repeat(1_000)}`;
    assert.deepEqual(
      links(text).map((link) => link.text),
      ["https://miti.be/x"],
    );
  }
  assert.ok(questions < 100, `${questions} questions`);
});

test("only the web is linked", () => {
  for (const text of [
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "ftp://miti.be",
    "https://",
    "http://localhost",
    "pas de lien",
  ]) {
    assert.deepEqual(links(text), []);
    assert.equal(joined(text), text);
  }
});

test("an address that shows one host and opens another stays text", () => {
  assert.deepEqual(links("https://miti.be@evil.example/"), []);
});

test("markup is text like any other", () => {
  const text = '<a href="https://evil.example/">x</a>';
  assert.equal(joined(text), text);
  assert.deepEqual(
    links(text).map(({ href }) => href),
    ["https://evil.example/"],
  );
});

test("a text that changes the order of its signs has no link", () => {
  for (const sign of "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
    for (const text of [`https://miti.be/${sign}eb.live`, `${sign}Voir https://miti.be/x`]) {
      assert.deepEqual(split(text), [text]);
    }
  }
});

test("signs that nobody sees are no part of a link", () => {
  for (const sign of "\u200b\u200c\u200d\u200e\u2060\u00ad\u034f\ufe0f\u3164\u0001") {
    assert.deepEqual(links(`https://mi${sign}ti.be/x${sign}y`), [
      { href: "https://miti.be/xy", text: "https://miti.be/xy" },
    ]);
  }
});

test("a host is shown as it is asked for", () => {
  for (const [address, shown] of [
    ["https://www.m\u0456ti.be/x", "https://www.xn--mti-tdd.be/x"],
    ["https://приклад.укр", "https://xn--80aikifvh.xn--j1amh"],
    ["https://ｍiti.be/é", "https://miti.be/é"],
    ["https://exa\u0323mple.be:8080/?q=é", null],
    ["WWW.Miti.be/X", "WWW.Miti.be/X"],
  ]) {
    const [link] = links(address);
    assert.equal(new URL(/^www/i.test(link.text) ? `https://${link.text}` : link.text).href, link.href);
    assert.match(link.text.split("/")[2] ?? link.text, /^[\x20-\x7e]+|^WWW/);
    if (shown && !shown.includes("xn--")) assert.equal(link.text, shown);
    else assert.ok(link.text.includes("xn--"), link.text);
  }
});
