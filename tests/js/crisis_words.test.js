/* Sentences that must show the numbers to call, and sentences that must not, in the five languages. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { served } from "./served.js";

const { mentionsCrisis } = await served("widget/crisis_words.js");

const sentences = (text) => text.trim().split(/\s*\n\s*/);

const DANGER = {
  fr: `
    je n'ai plus envie de vivre
    j'ai plus envie de vivre
    j'ai vraiment plus aucune envie de vivre
    je veux plus être là
    je ne veux plus être là
    Je veux disparaître
    je voudrais juste disparaître
    je veux me pendre
    je me coupe
    je me coupe quand ça va mal
    je me suis coupée hier soir
    mon père me tape
    mon père me tape dessus
    ma mère me tape
    mes parents me tapent
    il m’a tapée
    j'ai envie de mourir
    j'ai envie de mourrir
    je veux mouriiiir
    Je veux en finir
    je veux en finir avec la vie
    je pense au suicide
    J'AI DES IDÉES SUICIDAIRES
    j'ai fait une tentative de suiside
    je me scarifie
    je vais me scarifier
    mon père me frappe
    mon beau-père nous frappe
    il m'a violée
    il ma violé
    j'ai été violée
    je ne veux plus vivre
    j'veux pas vivre
    je n'ai plus la force de vivre
    j'en ai marre de vivre
    je suis fatigué de vivre
    la vie ne vaut plus la peine
    ma vie n'a plus de sens
    je voudrais être morte
    j'aimerais ne plus me réveiller
    j'aimerais ne plus exister
    tout le monde serait mieux sans moi
    je vais me jeter sous un train
    je veux sauter du pont
    je vais me tuer
    je veux me noyer
    je veux me tirer une balle
    m'ouvrir les veines
    j'ai avalé des médicaments
    j'ai pris trop de cachets
    je veux mettre fin à mes jours
    j'ai des idées noires
    je me fais du mal
    j'ai écrit une lettre d'adieu
    je préfère mourir
    je me fais battre par mon copain
    mon mari me bat
    mon conjoint m'a étranglée
    il me menace
    on me harcèle à l'école
    mon oncle me touche
    il abuse de moi
    j'ai peur de mon père
    j'ai peur de rentrer chez moi
    je suis victime de violences conjugales
    je veux que tout s'arrête
    à quoi bon vivre
    jveux mourir
    je suis en danger`,
  nl: `
    ik wil er niet meer zijn
    ik wil hier niet meer zijn
    ik snijd mezelf
    ik snij mij
    ik wil dood
    ik wil gewoon dood
    ik wou dat ik dood was
    ik denk aan zelfmoord
    ik wil niet meer leven
    ik kan niet meer verder
    ik wil verdwijnen
    ik heb geen zin meer in het leven
    ik ben het leven beu
    ik wil een einde maken aan mijn leven
    ik wil uit het leven stappen
    ik wil mezelf iets aandoen
    ik wil mezelf pijn doen
    ik ga me ophangen
    ik wil voor de trein springen
    iedereen is beter af zonder mij
    hij slaat me
    mijn vader slaat mij
    mijn moeder sloeg me
    mijn vriend bedreigt me
    ik word thuis geslagen
    ik ben verkracht
    hij heeft me misbruikt
    ik ben bang voor mijn vader
    ik durf niet, ik ben bang om naar huis te gaan`,
  en: `
    I want to die
    i wanna die
    I just want to disappear
    I don't want to live anymore
    i dont want to be here anymore
    I want to kill myself
    I'm thinking about suicide
    I cut myself
    I've been cutting myself
    I self-harm
    I wish I was dead
    I wish I were never born
    everyone would be better off without me
    I have no reason to live
    I'm tired of living
    I want to end it all
    I want to end my life
    I took an overdose
    I am going to hang myself
    my father hits me
    my dad beats me
    he raped me
    I was raped
    my boyfriend threatens me
    I am being abused
    my uncle touches me
    I'm scared to go home
    I'm afraid of my husband
    he will kill me
    I can't go on
    I am in danger`,
  de: `
    Ich will nicht mehr leben
    ich möchte sterben
    ich moechte sterben
    Ich will einfach nur sterben
    ich will nicht mehr da sein
    ich denke an Selbstmord
    ich habe Suizidgedanken
    ich ritze mich
    ich schneide mich
    ich bringe mich um
    ich will mich umbringen
    ich will mir das Leben nehmen
    ich will mir etwas antun
    ich wäre lieber tot
    ich will verschwinden
    ich habe keine Lust mehr zu leben
    mein Leben hat keinen Sinn
    alle wären besser ohne mich
    er schlägt mich
    mein Vater schlägt mich
    meine Mutter hat mich geschlagen
    mein Freund bedroht mich
    ich werde zu Hause geschlagen
    ich wurde vergewaltigt
    er fasst mich an
    ich habe Angst vor meinem Vater
    ich bin in Gefahr`,
  uk: `
    хочу вмерти
    я хочу померти
    хочу умерти
    просто хочу зникнути
    не хочу жити
    не хочу більше жити
    я більше не хочу жити
    не хочеться жити
    думаю про самогубство
    у мене суїцидальні думки
    я ріжу себе
    я порізала собі руки
    хочу вбити себе
    хочу покінчити з життям
    хочу покінчити з собою
    краще б я помер
    немає сенсу жити
    втомилася жити
    без мене всім буде краще
    він б’є мене
    він бє мене
    мене б'є чоловік
    батько мене б'є
    чоловік погрожує мені
    мене зґвалтували
    він знущається з мене
    домашнє насильство
    боюся батька
    я в небезпеці
    хочу умереть
    не хочу жить`,
};

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
