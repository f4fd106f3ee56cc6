/* Words of danger in English; how they are written: crisis_words.js. */

export const LISTS = {
  EN_PILLS: "(?:pills?|tablets|meds|medication|paracetamol|xanax|painkillers|ibuprofen|antidepressants|bottle|packet)",
  EN_BODY: "(?:wrists?|arms?|veins?|legs?|thighs?|skin)",
  EN_HIT:
    "(?:hits?|hitting|beats?|beating|slap(?:s|p?ed)?|punch(?:es|ed)?|kick(?:s|ed)?|rape[sd]?|raping|" +
    "abus(?:es?|ed|ing)|molest(?:s|ed|ing)?|threaten(?:s|ed|ing)?|assault(?:s|ed|ing)?|strangle[sd]?|" +
    "chok(?:es?|ed|ing)|push(?:es|ed)|grab(?:s|b?ed)|stalk(?:s|ed|ing)?)",
  EN_DONE: "(?:raped|beaten|hit|abused|molested|assaulted|stalked|threatened)",
};

export const DANGER = [
  "(?:kill|hang|drown|shoot|stab|poison|starve|burn|hurt|harm|cut)(?:t?ing)? myself",
  "self ?(?:harm|injur)",
  "(?:kms|unalive) ",
  "(?:want|wanna|going|ready|rather|like) (?:to )?(?:just )?(?:die |be dead|disappear|end it)",
  "wish (?:\\w+ )?i (?:was|were|wasn t|had never been) (?:dead|never born|alive|born)",
  "(?:do(?:es)?n ?t|do not|no longer|didn t|not) (?:\\w+ )?(?:want|wanna|wish) (?:to )?(?:live|be here|" +
    "be alive|exist|wake up|go on living|be around)",
  "(?:reason|point|will) (?:to|in) (?:live |living)",
  "(?:life|live) is(?:n t| not) worth",
  "not worth living",
  "(?:tired|sick) of (?:living|life|being alive)",
  "(?:slit|cut|cutting) my (?:wrist|arm|vein|leg)",
  "overdos",
  "(?:he|she|they|dad|father|husband|boyfriend|will|to) kills? me ",
  "EN_HIT (?:on )?(?:me|us) ",
  "touch(?:es|ed|ing) me ",
  "hurt(?:s|ing)? me ",
  "(?:afraid|scared) (?:of my (?:dad|father|mum|mom|mother|husband|boyfriend|partner|ex|step\\w+|brother|" +
    "uncle|parents) |to go home)",
  "domestic (?:violence|abuse)",
  "abusive (?:husband|father|mother|partner|boyfriend|relationship|home|parents)",
  "(?:i m|i am|am) in danger",
  "(?:want|hope|wish|wanna|ready|go|just) (?:[^ .]+ ){0,2}(?:sleep|fall asleep|" +
    "go to sleep) (?:[^ .]+ ){0,2}(?:forever|never|and (?:never|not))",
  "(?:do(?:es)?n ?t|do not|not) wake up (?:tomorrow|again|anymore)",
  "(?:never|not) (?:have |ve )?(?:been|be) (?:born|alive)",
  "(?:hate|tired of) being alive",
  "shouldn ?t be (?:alive|here)",
  "(?:deserve|should|supposed|feel|thinking|thought|dream) (?:to |like |about |of |just |be )*(?:die |" +
    "be dead |dead |dying|kill|suicid)",
  "suicid",
  "better off dead",
  "without me ",
  "(?:life|living|it) (?:has no|is) (?:pointless|meaning\\w*|worthless)",
  "(?:can ?t|cannot|hate) (?:[^ .]+ )?(?:take|do|stand|bear|cope with)? ?(?:this |my |the )?life (?!in )",
  "(?:can ?t|cannot) go on (?:\\.|$|any)",
  "(?:if|when|cares? if|once) i (?:died|die|was dead|was gone|am gone|m gone|kill)",
  "end(?:ing)? (?:his|her|their|my|it) (?:life|all)",
  "done with life",
  "(?:jump|throw|leap|step|hurl)\\w* (?:myself |himself |herself )?(?:off|of|in front of|from|under|out of|" +
    "on) (?:a|the|my|some) (?:bridge|roof|building|balcony|window|train|tracks|cliff|car|bus)",
  "(?:been|started|keep|kept|still|stop) cutting (?:\\.|$|again|my)",
  "(?:punch|hit|bang|starv|scratch)\\w* myself",
  "(?:bang|hit|smash)\\w* my head (?:against|on)",
  "(?:hurt|cut|harm|kill|hang|burn|starv)\\w* (?:himself|herself|themself|themselves)",
  "(?:took|taken|swallow\\w*|downed|take) (?:[^ .]+ ){0,4}EN_PILLS ",
  "o ?d ?(?:ed|d)? (?:on|last)",
  "drank bleach",
  "a rope ready",
  "attempted (?:last|suicide|again|to kill)",
  "(?:he|she|brother|sister|friend|son|daughter|mate|mum|mom|dad) (?:[^ .]+ ){0,2}(?:wants? to die|" +
    "wants? to end|took (?:pills|an over)|self ?harm|cuts? (?:her|him)sel)",
  "EN_HIT (?:my|our) (?:mum|mom|mother|sister|brother|dad)",
  "(?:hands?|arm) (?:a?round|on) my (?:neck|throat)",
  "(?:boyfriend|husband|dad|father|partner|he) is violent",
  "(?:push|shov|throw|threw|drag)\\w* me (?:[^ .]+ ){0,2}(?:stairs|wall|floor|ground|hair)",
  "(?:fear|scared|afraid|worried) (?:for|of) (?:my|her|his) (?:life|safety)",
  "not safe (?:at home|with|here)",
  "(?:scared|afraid|dont dare) to go (?:back )?home",
  "(?:touch|feel|fel|grab|grop)\\w* (?:me|my) (?:[^ .]+ )?(?:down there|private|breast\\w*|boobs|bum|" +
    "thigh\\w*|vagina|up|crotch)",
  "(?:comes?|came|coming|gets?|climbs?) (?:in|into) my (?:bed|room at night|room while)",
  "(?:forc|mak|made|coerc|pressur)\\w* (?:me|himself|herself) (?:to |into |on |do )*(?:[^ .]+ )?(?:sex\\w*|" +
    "sleep with|touch|have sex|suck|naked|strip|me)",
  "(?:was|been|being|got|get|getting) (?:sexually |physically |being )?(?:abused|assaulted|molested|raped|" +
    "beaten|hit|groped)",
  "(?:not|shouldn ?t|don ?t) exist",
  "want (?:it|this|everything) (?:all )?to (?:stop|end|be over)",
  "out of this life",
  "better dead",
  "take them all",
  "(?:standing|stood|sitting|am|m) on (?:a|the) (?:bridge|roof|ledge|edge|tracks)",
  "(?:he|she|dad|mum|mom|father|mother|husband|boyfriend|bf) (?:\\w+ )?broke my (?:arm|nose|ribs?|jaw|tooth|" +
    "wrist|leg)",
  "lock(?:s|ed) me (?:in|up|out)",
  "(?:won ?t|doesn ?t|never) lets? me (?:leave|out of) (?:the house|home|my)",
  "hands? (?:[^ .]+ )?(?:in|down|up|under|inside) my (?:pants|panties|skirt|shirt|bra|trousers|underwear|leg)",
  "(?:friend|sister|brother|daughter|son|girlfriend|gf|bf|mate|he|she) is (?:cutting|suicidal|self)",
  "(?:shoot|hang|drown|stab|kill|poison) (?:himself|herself|themself)",
  "cut (?:so|too|really) deep",
  "(?:till|until) (?:it bleeds|i bleed)",
  "(?:smack|whip|spank|thrash)\\w* me ",
  "a (?:knife|gun) (?:on|to|at|against) (?:me|my)",
  "deserve to live",
  "stand living",
  "hands? on me ",
  "touched by my",
];
