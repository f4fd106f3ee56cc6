"""The facts of the demo. Institutions, hours and phone numbers are real; people are invented and have first names only."""

from partners.demo_password import DEMO_PASSWORD

ADDRESSES = "miti.example"
"""The people's e-mail addresses are there. No such domain can exist (RFC 2606): a letter to one of them reaches nobody."""

NETWORKS = {
    "CDM": "Cités des Métiers",
    "CEFO": "Carrefours Emploi Formation Orientation",
    "DIORES": "DIORES",
    "ISP": "Service d’Information Scolaire et Professionnelle",
}

PARTNERS = {
    "cdm-charleroi": ("CDM Charleroi", "CDM"),
    "cdm-namur": ("CDM Namur", "CDM"),
    "cdm-liege": ("CDM Liège", "CDM"),
    "cdm-bruxelles": ("CDM Bruxelles", "CDM"),
    "cefo-tournai": ("CEFO Tournai", "CEFO"),
    "cefo-mouscron": ("CEFO Mouscron", "CEFO"),
    "cefo-la-louviere": ("CEFO La Louvière", "CEFO"),
    "cefo-mons": ("CEFO Mons", "CEFO"),
    "cefo-huy": ("CEFO Huy", "CEFO"),
    "cefo-verviers": ("CEFO Verviers", "CEFO"),
    "cefo-marche": ("CEFO Marche", "CEFO"),
    "cefo-arlon": ("CEFO Arlon", "CEFO"),
    "cefo-nivelles": ("CEFO Nivelles", "CEFO"),
    "diores": ("DIORES", "DIORES"),
    "isp-hainaut": ("ISP Hainaut", "ISP"),
}

THEMES = {
    "orientation": ("Orientation", "Oriëntatie", "Career choice", "Orientierung", "Вибір професії"),
    "formation": ("Formation", "Opleiding", "Training", "Ausbildung", "Навчання"),
    "emploi": ("Emploi", "Werk", "Employment", "Arbeit", "Робота"),
    "mobilite": (
        "Partir à l’étranger",
        "Naar het buitenland",
        "Going abroad",
        "Ins Ausland gehen",
        "За кордон",
    ),
    "creation": (
        "Création d’activité",
        "Zelf ondernemen",
        "Starting a business",
        "Existenzgründung",
        "Власна справа",
    ),
    "accueil": ("Je ne sais pas", "Ik weet het niet", "I don’t know", "Ich weiß es nicht", "Я не знаю"),
}
LABEL_LANGUAGES = ("fr", "nl", "en", "de", "uk")
RECEPTION_THEME = "accueil"

# Sub-themes by theme, in their order: code and labels. Only staff read them.
SUBTHEMES = {
    "orientation": [
        ("choosing_studies", "Choisir des études", "Studies kiezen", "Choosing studies"),
        ("choosing_job", "Choisir un métier", "Een beroep kiezen", "Choosing an occupation"),
        ("knowing_oneself", "Mieux se connaître", "Zichzelf beter leren kennen", "Interests and strengths"),
        ("changing_studies", "Se réorienter dans les études", "Van studie veranderen", "Changing studies"),
        ("changing_job", "Se reconvertir", "Van beroep veranderen", "Changing occupation"),
    ],
    "formation": [
        ("finding_training", "Trouver une formation", "Een opleiding vinden", "Finding a training"),
        ("entry", "Conditions d’admission", "Toelatingsvoorwaarden", "Conditions of entry"),
        ("paying_training", "Financer la formation", "De opleiding betalen", "Paying for it"),
        ("work_and_study", "Alternance", "Leren en werken", "Working and studying at once"),
        (
            "recognition",
            "Valider des compétences, un diplôme",
            "Erkenning van competenties en diploma’s",
            "Recognition of skills and diplomas",
        ),
        ("languages", "Apprendre une langue", "Een taal leren", "Learning a language"),
    ],
    "emploi": [
        ("job_search", "Chercher un emploi", "Werk zoeken", "Looking for work"),
        ("cv", "CV et lettre", "Cv en brief", "CV and letter"),
        ("interview", "Entretien d’embauche", "Sollicitatiegesprek", "Job interview"),
        ("rights", "Contrats et droits", "Contracten en rechten", "Contracts and rights"),
        ("student_job", "Job étudiant", "Studentenjob", "Student job"),
        ("measures", "Aides à l’emploi", "Steunmaatregelen", "Benefits and aids to work"),
    ],
    "mobilite": [
        ("study_abroad", "Étudier à l’étranger", "In het buitenland studeren", "Studying abroad"),
        ("work_abroad", "Travailler à l’étranger", "In het buitenland werken", "Working abroad"),
        ("volunteering", "Volontariat", "Vrijwilligerswerk", "Volunteering"),
        ("coming_here", "Venir en Belgique", "Naar België komen", "Coming to Belgium"),
    ],
    "creation": [
        ("idea", "Tester une idée", "Een idee uitproberen", "An idea to try out"),
        ("steps", "Démarches", "Stappen", "Steps to take"),
        ("paying_start", "Financer le projet", "Financiering", "Finding money"),
        (
            "self_employed",
            "Statut d’indépendant·e",
            "Statuut van zelfstandige",
            "Status of the self-employed",
        ),
        ("support", "Se faire accompagner", "Begeleiding", "Being accompanied"),
    ],
}
FIVE = ("orientation", "formation", "emploi", "mobilite", "creation")

# Slug: (name, partner).
POOLS: dict[str, tuple[str, str | None]] = {
    "accueil": ("Accueil", None),
    "cdm-charleroi": ("CDM Charleroi", "cdm-charleroi"),
    "cdm-namur": ("CDM Namur", "cdm-namur"),
    "cdm-liege": ("CDM Liège", "cdm-liege"),
    "cdm-bruxelles": ("CDM Bruxelles", "cdm-bruxelles"),
    "cefo": ("CEFO", "cefo-mons"),
    "diores": ("DIORES", "diores"),
    "isp": ("ISP", "isp-hainaut"),
}
DEMO_POOLS: dict[str, tuple[str, str | None]] = {
    "demo-accueil": ("Démo Accueil", None),
    "demo-cdm": ("Démo CDM", "cdm-bruxelles"),
    "demo-cefo": ("Démo CEFO", "cefo-mons"),
    "demo-diores": ("Démo DIORES", "diores"),
}
NINE, NOON, MIDNIGHT = 9 * 60, 12 * 60, 24 * 60
OPEN_WEEKDAYS = (0, 1, 2, 4)
"""9:00 to 12:00, Monday to Friday, except Thursday."""

# Account: (first name, partner, pools, themes, languages, capacity).
CounsellorFacts = tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...], int]
COUNSELLORS: dict[str, CounsellorFacts] = {
    "accueil": ("Aline", "cdm-bruxelles", ("accueil", "demo-accueil"), ("accueil",), ("fr", "nl", "en", "de", "uk"), 2),
    "conseillere.cdm": ("Claire", "cdm-bruxelles", ("cdm-bruxelles", "demo-cdm"), FIVE, ("fr", "nl", "en"), 3),
    "conseiller.cefo": ("Karim", "cefo-mons", ("cefo", "demo-cefo"), FIVE, ("fr", "en", "de"), 2),
    "conseillere.diores": (
        "Dina",
        "diores",
        ("diores", "demo-diores"),
        ("orientation", "formation", "mobilite"),
        ("fr", "en"),
        2,
    ),
}  # fmt: skip
# Colleagues who do not sign in here, so that the coordinators' pages have something to show.
VOLUNTEERS: dict[str, CounsellorFacts] = {
    "bastien": ("Bastien", "cdm-charleroi", ("cdm-charleroi",), ("orientation", "formation", "emploi"), ("fr",), 2),
    "chantal": ("Chantal", "cdm-charleroi", ("cdm-charleroi", "accueil"), (*FIVE, "accueil"), ("fr", "en"), 3),
    "denis": ("Denis", "cdm-namur", ("cdm-namur",), ("orientation", "formation", "emploi"), ("fr", "nl"), 2),
    "esther": ("Esther", "cdm-namur", ("cdm-namur", "accueil"), (*FIVE, "accueil"), ("fr", "en"), 2),
    "fabrice": ("Fabrice", "cdm-liege", ("cdm-liege",), ("formation", "emploi", "creation"), ("fr", "de"), 2),
    "greta": ("Greta", "cdm-liege", ("cdm-liege", "accueil"), (*FIVE, "accueil"), ("fr", "de", "en"), 3),
    "hanne": ("Hanne", "cdm-bruxelles", ("cdm-bruxelles", "demo-cdm"), FIVE, ("nl", "fr", "en"), 2),
    "iryna": ("Iryna", "cdm-bruxelles", ("cdm-bruxelles", "demo-cdm", "accueil"), (*FIVE, "accueil"), ("uk", "fr", "en"), 2),
    "jules": ("Jules", "cefo-tournai", ("cefo",), ("orientation", "formation", "emploi"), ("fr",), 2),
    "lucie": ("Lucie", "cefo-huy", ("cefo", "accueil"), (*FIVE, "accueil"), ("fr", "nl"), 2),
    "marc": ("Marc", "cefo-arlon", ("cefo",), ("orientation", "formation", "mobilite"), ("fr", "de"), 2),
    "nadia": ("Nadia", "cefo-nivelles", ("cefo",), ("formation", "emploi", "creation"), ("fr", "en"), 3),
    "olivier": ("Olivier", "diores", ("diores",), ("orientation", "formation"), ("fr", "en"), 2),
    "pauline": ("Pauline", "isp-hainaut", ("isp", "accueil"), ("orientation", "formation", "accueil"), ("fr",), 2),
}  # fmt: skip
# Account: (first name, partner, role).
OTHERS: dict[str, tuple[str, str | None, str]] = {
    "coordination": ("Rachel", "cdm-bruxelles", "coordinator"),
    "plateforme": ("Simon", None, "platform"),
    "indicateurs": ("Thérèse", None, "analyst"),
    "admin": ("Victor", None, "admin"),
}

PASSWORD = DEMO_PASSWORD
# The accounts that the demo's start page names, by the page that they open.
ON_SHOW = {
    "console": ("accueil", "conseillere.cdm", "conseiller.cefo", "conseillere.diores"),
    "coordination": ("coordination", "plateforme"),
    "indicators": ("indicateurs",),
    "accounts": ("admin",),
}

# Sites. Key: (name, partner, audience). Any port of this machine may embed them.
SITES: dict[str, tuple[str, str | None, str]] = {
    "demo": ("Site de démonstration", "cdm-bruxelles", "public"),
    "miti": ("miti.be", None, "public"),
    "ecole": ("Une école", "isp-hainaut", "school"),
}
LOCAL_DOMAINS = ["http://127.0.0.1:*", "http://localhost:*"]

# Phone number: labels by language, which say who answers without naming a partner.
# Number, labels, and who is shown it: nothing means everybody. Whoever reads neither of Belgium's languages sees the numbers of two.
CONTACTS = [
    ("112", ("Urgences", "Noodgevallen", "Emergencies", "Notruf", "Екстрена допомога"), ""),
    ("107", ("Parler à quelqu’un", "Praten met iemand (Frans)", "Somebody to talk to (French)", "Jemand zum Reden (Französisch)", "Поговорити з кимось (французькою)"), "fr en uk ar"),
    ("106", ("Parler à quelqu’un (néerlandais)", "Praten met iemand", "Somebody to talk to (Dutch)", "Jemand zum Reden (Niederländisch)", "Поговорити з кимось (нідерландською)"), "nl en uk ar"),
    ("108", ("Parler à quelqu’un (allemand)", "Praten met iemand (Duits)", "Somebody to talk to (German)", "Jemand zum Reden", "Поговорити з кимось (німецькою)"), "de"),
    ("0800 32 123", ("Prévention du suicide", "Zelfmoordpreventie (Frans)", "Suicide prevention (French)", "Suizidprävention (Französisch)", "Запобігання самогубствам (французькою)"), "fr en de uk ar"),
    ("1813", ("Prévention du suicide (néerlandais)", "Zelfmoordlijn", "Suicide prevention (Dutch)", "Suizidprävention (Niederländisch)", "Запобігання самогубствам (нідерландською)"), "nl en uk ar"),
    ("103", ("Écoute-enfants", "Kinderlijn (Frans)", "Children and teenagers (French)", "Kinder und Jugendliche (Französisch)", "Діти та підлітки (французькою)"), "fr en de uk ar"),
    ("102", ("Enfants et jeunes (néerlandais)", "Awel, voor kinderen en jongeren", "Children and young people (Dutch)", "Kinder und Jugendliche (Niederländisch)", "Діти та молодь (нідерландською)"), "nl en uk ar"),
]  # fmt: skip

# Shortcut, title, body, theme, language.
REPLIES: list[tuple[str, str, str, str | None, str]] = [
    ("bonjour", "Bonjour", "Bonjour, je vous lis. Qu’est-ce qui vous amène aujourd’hui ?", None, "fr"),
    ("patience", "Je cherche", "Je cherche cette information, cela prend une minute ou deux.", None, "fr"),
    ("autre", "Autre chose ?", "Y a-t-il autre chose que je peux faire pour vous ?", None, "fr"),
    ("merci", "Merci et au revoir", "Merci pour cet échange. Vous pouvez revenir quand vous voulez. Bonne continuation !", None, "fr"),
    ("etudes", "Parcours d’études", "Pour vous répondre, j’ai besoin d’en savoir un peu plus : où en êtes-vous dans vos études, et qu’est-ce qui vous plaît ?", "orientation", "fr"),
    ("formation", "Chercher une formation", "Cherchez-vous plutôt une formation en journée, en soirée ou à distance ?", "formation", "fr"),
    ("cv", "Préparer un CV", "Nous pouvons regarder ensemble la structure de votre CV. Quel poste visez-vous ?", "emploi", "fr"),
    ("hallo", "Hallo", "Dag, ik lees mee. Waarmee kan ik u helpen?", None, "nl"),
    ("dank", "Bedankt", "Bedankt voor dit gesprek. U mag altijd terugkomen.", None, "nl"),
    ("hello", "Hello", "Hello, I am reading you. What brings you here today?", None, "en"),
    ("thanks", "Thank you", "Thank you for this conversation. You are welcome to come back at any time.", None, "en"),
]  # fmt: skip
