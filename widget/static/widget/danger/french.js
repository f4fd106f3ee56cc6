/* Words of danger in French; how they are written: crisis_words.js. */

export const LISTS = {
  FR_WANT:
    "(?:j?veu[xt]?|voulais|voulait|voudrais?|aimerais?|souhait\\w+|(?:envie|besoin|reve|peur|force|" +
    "idee) (?:de|d)|pref\\w+|pens\\w+ (?:souvent |deja )?a|vais|merit\\w+ (?:pas )?(?:de|d)|devrais?|" +
    "dois|autant|(?:parl|essa|tent|menac)\\w+ (?:de|d))",
  FR_WHO:
    "(?:ils?|elles?|on|qui|pere|papa|mere|maman|parents?|frere|soeur|oncle|tonton|tante|pap[iy]|pepe|" +
    "cousine?|cop(?:ain|ine)|petite? amie?|pote|mec|mari|femme|homme|ex|conjointe?|compagnon|compagne|patron|" +
    "chef|prof|entraineur|coach|voisin)",
  FR_PILLS:
    "(?:medic\\w*|medocs?|cachets?|comprimes?|pilules?|dafalgan|paracetamol|doliprane|xanax|somniferes?|" +
    "ibuprofene|temesta|valium|anti ?depres\\w*|anxiolytiques?|boites?|plaquettes?)",
  FR_HIT:
    "(?:frapp|bat |bats |battent|batt(?:ait|re|ue?s? )|cogn|tabass|gifl|viole|menac|agress|maltrait|etrangl|" +
    "sequestr|brutalis|harcel)",
};

export const DANGER = [
  "(?:su[iy]?[cs]|suiss?)id",
  "(?:me|m|se|s|nous) (?:suis |est |etais )?(?:deja )?(?:tue |tuer|suicid|pend(?:re|s) |noye|flingu|bute |" +
    "buter|butter|supprim|immol|empoisonn|mutil|scarifi|taillad|detrui|bruler? la peau)",
  "(?:me|m) (?:suis )?(?:coup(?:e|er|ee|ait|ais)|tranch\\w*) ",
  "(?:les|mes) veines ",
  "(?:me|m) (?:foutre|mettre|tirer) (?:en l air|une balle)",
  "(?:(?:me|m) jeter|saut(?:er?|e)) (?:sous|du|dans (?:le vide|la meuse|le canal)|d un|par la|" +
    "sur les (?:rails|voies)|de la fenetre)",
  "(?:me|m) (?:suis )?(?:fai[ts]|faire) (?:du )?mal ",
  "FR_WANT ~(?:mour+ir|crever|disparaitre|etre morte? |en finir)",
  "mieux (?:vaut|vaudrait) ~(?:mour+ir|etre morte?)",
  "(?:me|m) laisser mourir",
  "(?:plus|pas) ~(?:envie|gout|force|courage|raisons?|sens) (?:de|a) (?:vivre|la vie|exister)",
  "(?:plus|j?veu[xt] pas|voudrais pas) (?:de |du tout )?(?:vivre|exister|me reveiller|etre en vie|de ce monde)",
  "plus jamais me reveiller",
  "(?:marre|assez|fatiguee?|ras le bol|lasse?) (?:de vivre|de la vie|de ma vie|d exister|d etre en vie)",
  "vie (?:n |ne )?(?:vaut (?:plus|pas)|a (?:(?:plus|pas) (?:de|aucun)|aucun) sens|sert a rien)",
  "a quoi bon (?:vivre|continuer a vivre)",
  "que tout s arrete",
  "(?:me|m) brule ",
  "mettre fin a (?:mes jours|ma vie|mes souffrances|tout ca|tout cela)",
  "passer a l acte",
  "(?:lettre|mot) d adieu",
  "(?:idees|pensees) (?:noires|morbides|de mort)",
  "(?:bu|boire|bois) (?:[^ .]+ ){0,4}javel",
  "(?:mieux|bien|tranquilles?) sans moi ",
  "sans moi (?:ce|tout|ils|le monde) ",
  "(?:me|m|nous|FR_WHO ma) (?:a |ont |as )?(?:encore |deja |toujours |souvent )?FR_HIT",
  "FR_WHO (?:me|m|nous) (?:a |ont )?(?:tapent|tapee?s? |tape |touche|touche |fait du mal|veut du mal|force )",
  "fai[ts]e? (?:encore |toujours )?(?:FR_HIT|battre|taper|violer|toucher)",
  "(?:ete|suis|etais) (?:\\w+ )?(?:violee?|battue?|frappee?|tabassee?|agressee?|abusee?|maltraitee?|" +
    "menacee?|harcelee?|sequestree?|etranglee?|en danger)",
  "abus\\w* (?:de moi|sexuel)",
  "attouchement",
  "inceste",
  "viols? ",
  "violences? (?:conjugale|familiale|domestique|sexuelle|intrafamiliale|a la maison|chez moi)",
  "peur (?:de|du|d) (?:(?:mon|ma|mes) (?:pere|mere|mari|conjoint|compagnon|copain|ex|frere|oncle|beau pere|" +
    "parents)|rentrer (?:chez moi|a la maison))",
  "(?:plus|jamais) (?:jamais )?(?:envie d |envie de |me )?(?:etre|rester) (?:la|ici|en vie|vivante?) (?!a |" +
    "le |au |avant )",
  "(?:dorm|endorm)\\w* (?:pour toujours|a jamais|pour de bon)",
  "(?:jamais|pas) (?:du )?naitre ",
  "jamais (?:etre |avoir ete )?nee? ",
  "regrett\\w* d etre nee? ",
  "merit\\w* (?:pas |plus )?(?:de |que |d |la )(?:mort|vivre|exister|je meure)",
  "(?:supporte|peux?|deteste|hais|en ai marre) (?:plus |pas )?(?:de )?(?:(?:cette|la|ma) vie (?!(?:a|en|de|" +
    "d|du|chez) ))",
  "vie me (?:degout|fatigue|pese)",
  "(?:sers?|sert) a rien (?:de |d )?(?:vivre|exister|continuer a vivre)",
  "pourquoi (?:je )?(?:vis|existe|vivre|suis (?:encore )?(?:en vie|nee?)) ",
  "(?:rester|etre) en vie ",
  "pens\\w* (?:[^ .]+ )?a (?:la mort|ma mort|me tuer|mourir)",
  "(?:si|que|quand) je (?:mour|meur|crev|disparai)",
  "adieu (?:tout le monde|a tous|la vie|le monde)",
  "mon dernier message",
  "aval\\w* (?:[^ .]+ ){0,4}FR_PILLS ",
  "overdose",
  "une ts ",
  "(?:pris|prendre|prends|gobe|ingere) (?:trop|tout\\w*|tt|tous|plein|beaucoup|une? boite|la boite|\\d+|" +
    "plusieurs) (?:[^ .]+ ){0,3}?FR_PILLS",
  "(?:me|m) (?:suis )?fai[ts]? (?:saigner|des (?:entailles|coupures))",
  "tete contre (?:les|le|un) murs?",
  "(?:soeur|frere|amie?|cop\\w+|pote|fille|fils|elle|il|cousine?) s[e ](?:est )? ?(?:coupe|taillad|mutil|" +
    "scarif|brule)\\w* ",
  "(?:me|m|nous|ma|lui) (?:a |ont )?(?:donn|met|mis|fou[ts]|fil|coll|envo)\\w* (?:[^ .]+ )?(?:un|une|des|" +
    "les|plein de) (?:coups?(?! (?:de|d) (?:main|fil|pouce|tel|pub|jeune|chance|foudre|blues|stress|oeil|" +
    "soleil|mou|vieux))|claques?|gifles?|baffes?|fessees?|beignes?|raclee) ?",
  "leve\\w* la main sur",
  "pousse\\w* (?:contre|dans l escalier|par terre|violem)",
  "FR_WHO (?:a )?m (?:a )?enferm",
  "FR_WHO (?:frappe|bat|tape|tabasse|cogne) (?:ma |mon )?(?:mere|maman|frere|soeur) ",
  "(?:pere|il|mari|copain|ex) (?:la|le|les) (?:frappe|bat|tape|tabasse|cogne) ",
  "peur (?:pour (?:ma|sa|nos|notre) vie|(?:de|d) (?:lui|elle|eux) (?!parl|di|demand|pos|montr))",
  "ose (?:plus |pas )?(?:rentrer|retourner) (?:chez (?:moi|mes)|a la maison)",
  "(?:vien|ven|rentr|entr)\\w* (?:[^ .]+ )?(?:dans|ds) (?:mon lit|ma chambre (?:la|pendant la|le) (?:nuit|" + "soir))",
  "(?:oblig|forc|contrain)\\w* (?:[^ .]+ ){0,2}(?:a|de|d) (?:[^ .]+ ){0,3}(?:coucher|sex\\w*|l amour|sucer|" +
    "toucher|deshab\\w*|baiser|rapports?) ",
  "FR_WHO (?:m |me |ma )(?:a )?forcee? (?:\\.|$)",
  "embrass\\w* de force",
  "j ai dit non (?:mais|et)",
  "mieux (?:sous terre|mort)",
  "(?:suis|monte\\w*) (?:sur|au bord d\\w*) (?:le |un |du |les )?(?:pont|toit|rails|rebord|voies)",
  "vivre me (?:fatigue|pese|degoute)",
  "(?:pouvais|pourrais|puisse) (?:juste )?(?:mourir|crever|disparaitre)",
  "plus jamais (?:m )?ouvrir les yeux",
  "(?:prepar|achet|trouv|cach)\\w* (?:une|la|ma) (?:corde|lame)",
  "plus la force (?:\\. |$)",
  "plante\\w* (?:des|un|les) (?:ciseaux|couteau|compas)",
  "jusqu au sang",
  "cicatrices (?:partout )?(?:sur|aux) (?:les |mes )?(?:bras|poignets|cuisses)",
  "crache (?:dessus|sur moi|au visage)",
  "mis une droite",
  "m a (?:casse|pete) (?:le|la|un|une) (?:bras|nez|dent|jambe|cote|doigt|poignet)",
  "par (?:la gorge|le cou) ",
  "mains? (?:[^ .]+ )?(?:dans|sous|sur) (?:ma|mon|mes) (?:culotte|pantalon|slip|jupe|seins|cuisses|fesses|" +
    "t shirt)",
  "fait des choses (?:la nuit|que je|sexuel)",
  "(?:vient|venait|vien) (?:me|m) touch",
  "(?:se|s|me) fou(?:te?|tre|tu) en l air",
  "(?:gob|pri|pren|aval)\\w* (?:[^ .]+ ){0,2}(?:dix|vingt|trente|quarante|cinquante) FR_PILLS",
  "enfermee? (?:a la maison|a cle|a double)",
  "(?:dorm|endorm)\\w* (?:[^ .]+ ){0,3}(?:jamais|ne (?:pas|plus)) (?:[^ .]+ )?(?:me |m |se )?(?:lev|reveil)",
  "(?:coeur|vie) s arret",
  "(?:me|m|se|s) jet\\w+ (?:sous|dans (?:le vide|la meuse|le canal|l eau)|devant (?:un|le)|d un|du|par la)",
  "jetee? (?:par terre|contre|dans l escalier)",
  "forcee? a l embrasser",
  "veut que je couche",
  "sous (?:ses|les|leurs) coups ",
];
