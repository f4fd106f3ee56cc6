import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { detectPrivateData } = await served("widget/text_checks.js");

const PRIVATE = [
  ["national_number", "mon numéro national: 85.07.30-033.28"],
  ["national_number", "85073003328"],
  ["national_number", "né en 2005 : 05.06.12-021.86"],
  ["iban", "BE68 5390 0754 7034"],
  ["iban", "versez sur be68539007547034 svp"],
  ["card", "4111 1111 1111 1111"],
  ["email", "écrivez-moi : marie.dupont@exemple.be"],
  ["email", "поштa@приклад.укр"],
  ["phone", "0470 12 34 56"],
  ["phone", "0470/12.34.56"],
  ["phone", "065/34.56.78"],
  ["phone", "+32 (0)470 12 34 56"],
  ["phone", "0032470123456"],
];
for (const [kind, text] of PRIVATE) {
  test(`"${text}" is taken for: ${kind}`, () => assert.equal(detectPrivateData(text), kind));
}

const HARMLESS = [
  "",
  "Je voudrais changer de métier.",
  "J'ai 17 ans et 3 ans d'expérience",
  "Le code est 7000 Mons",
  "en 2019-2020",
  "1 234 567 euros",
  "du 01/09/2026 au 30/06/2027",
  "à 9 h 30, le 12.10",
  "112, 107, 1813, 103",
  "85.07.30-033.29",
  "BE68 5390 0754 7035",
  "4111 1111 1111 1112",
  "@miti",
  "https://www.leforem.be/formations?id=123456",
  "réf. 20261119",
];
for (const text of HARMLESS) {
  test(`"${text}" is let through`, () => assert.equal(detectPrivateData(text), null));
}
