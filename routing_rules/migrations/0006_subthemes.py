"""Sub-themes were constants of the figures: they become rows, with the names they had. The reception's theme was the code `accueil`."""

from django.db import migrations

# By theme, in their order: code, and the names in French, Dutch and English.
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
        ("recognition", "Valider des compétences, un diplôme", "Erkenning van competenties en diploma’s", "Recognition of skills and diplomas"),
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
        ("self_employed", "Statut d’indépendant·e", "Statuut van zelfstandige", "Status of the self-employed"),
        ("support", "Se faire accompagner", "Begeleiding", "Being accompanied"),
    ],
}


def constants_become_rows(apps, schema_editor):
    Theme = apps.get_model("routing_rules", "Theme")
    SubTheme = apps.get_model("routing_rules", "SubTheme")
    Theme.objects.filter(code="accueil").update(reception=True)
    # Where a theme is not known, nobody has ever chosen a sub-theme of it.
    for theme in Theme.objects.filter(code__in=SUBTHEMES):
        SubTheme.objects.bulk_create([
            SubTheme(
                theme=theme, code=code, labels={"fr": french, "nl": dutch, "en": english}, position=position
            )
            for position, (code, french, dutch, english) in enumerate(SUBTHEMES[theme.code])
        ], ignore_conflicts=True)


def rows_are_dropped(apps, schema_editor):
    """The table goes with the migration before: the constants are where they were."""


class Migration(migrations.Migration):

    dependencies = [
        ("routing_rules", "0005_themes_as_data"),
    ]

    operations = [
        migrations.RunPython(constants_become_rows, rows_are_dropped),
    ]
