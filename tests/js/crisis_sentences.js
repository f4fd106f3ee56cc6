/* Sentences that must show the numbers to call, in the five languages. */

export const DANGER = {
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
