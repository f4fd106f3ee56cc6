/* Sentences that must show the numbers to call, and sentences that must not, in the five languages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { DANGER } from "./crisis_sentences.js";
import { served } from "./served.js";

const { mentionsCrisis } = await served("widget/crisis_words.js");

const sentences = (text) => text.trim().split(/\s*\n\s*/);

const CALM = {
  fr: `
    Je veux en finir avec mes études
    je veux en finir avec ce dossier
    c'est à mourir de rire
    je meurs de faim
    je veux vivre à l'étranger
    je n'ai plus envie de travailler
    je n'ai plus envie de cette formation
    je ne veux plus être caissière
    je ne veux plus aller à l'école
    je ne veux pas être là-bas à 8 h
    combattre l'échec
    le bâtiment me plaît
    je me fais du souci
    une formation de violoniste
    mon violon
    je me coupe les cheveux moi-même, je voudrais être coiffeuse
    formation de coupe et couture
    il me coupe la parole
    je me suis battue pour mon diplôme
    je me bats pour réussir
    ce qui me frappe, c'est le prix
    ça me tape sur les nerfs
    je tape mon CV à l'ordinateur
    ma mère me dit de chercher un stage
    mon père me paie mes études
    mon père tape à la machine
    ça m'a touché
    ce métier va disparaître
    les emplois disparaissent
    je veux faire disparaître mes lacunes
    je me noie dans les papiers
    je voudrais devenir pompier
    je veux travailler dans les pompes funèbres
    médecine légale ou thanatopraxie
    je veux devenir tueur d'abattoir
    je veux me lancer comme indépendant
    je me jette à l'eau, enfin me jeter à l'eau
    sauter une classe
    je me suis fait mal au dos au travail
    je prends des cours du soir
    comment prendre rendez-vous
    j'ai peur de rater mes examens
    j'ai peur de parler en public
    j'ai besoin d'aide pour mon inscription
    je veux être indépendant
    mettre fin à mon contrat
    je ne sais plus quoi faire comme études
    je ne peux pas vivre avec ce salaire
    je ne veux plus vivre chez mes parents
    je veux plus être là-bas le lundi
    je veux changer de vie`,
  nl: `
    ik wil een opleiding
    ik wil niet meer studeren
    ik wil hier niet meer werken
    ik wil stoppen met school
    ik wil begrafenisondernemer worden
    hij slaat een jaar over
    ik snijd groenten in de keuken
    ik word niet geholpen
    ik ben bang voor mijn examen
    een doodlopende straat
    ik kan niet meer volgen in de les
    mijn vader helpt me
    ik wil mezelf beter leren kennen
    mijn rug doet pijn
    de zin van mijn werk`,
  en: `
    I want to change jobs
    I don't want to go to school
    I don't want to be a teacher
    I want to live in Brussels
    my father helps me
    it hit me that I like cooking
    I want to end my contract
    I am tired of studying
    cut and sew training
    I'm afraid of my exam
    I want to take a year off
    the deadline is killing the project
    my application was rejected
    I want to disappear from the mailing list
    I taught myself to code`,
  de: `
    ich möchte eine Ausbildung
    ich will nicht mehr zur Schule gehen
    ich möchte nicht mehr hier arbeiten
    er schlägt mich vor
    ich schlage mich durch
    ich habe Angst vor meiner Prüfung
    ich will mich bewerben
    ich will mein Studium beenden
    ich möchte mich umschulen lassen
    mein Vater hilft mir
    ich möchte Schneider werden
    meine Kinder leben nicht mehr bei mir`,
  uk: `
    я хочу вчитися
    не хочу більше вчитися
    хочу знайти собі роботу
    я хочу жити в Бельгії
    хочу покінчити з навчанням цього року
    боюся іспиту
    мій батько мені допомагає
    хочу померяти одяг
    мене цікавить медицина
    мене прийняли на курси
    я не хочу жити в Брюсселі
    як отримати диплом`,
};

for (const [kind, expected, byLanguage] of [
  ["shows the numbers", true, DANGER],
  ["shows nothing", false, CALM],
]) {
  for (const [lang, text] of Object.entries(byLanguage)) {
    for (const sentence of sentences(text)) {
      test(`${lang}: "${sentence}" ${kind}`, () => assert.equal(mentionsCrisis(sentence), expected));
    }
  }
}

test("danger is seen within a long text, whatever its case, signs and lines", () => {
  const before = "Bonjour, je cherche une formation de cuisine.\nJe me coupe les cheveux moi-même !\n";
  assert.ok(!mentionsCrisis(before));
  assert.ok(
    mentionsCrisis(`${before}Et sinon…  JE  N’AI\u00a0PLUS\nENVIE DE\u200b VIVRE. Voilà`.replace("\nENVIE", " ENVIE")),
  );
});

test("a long text is looked through at once", () => {
  const text = "je veux vraiment vraiment pas plus de me a il ".repeat(100);
  const start = performance.now();
  mentionsCrisis(text);
  assert.ok(performance.now() - start < 500);
});
