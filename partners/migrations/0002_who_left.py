from django.db import migrations, models
from django.utils import timezone


def from_now_on(apps, schema_editor):
    """Whoever is disabled already: their time begins today, since nothing says when it did."""
    apps.get_model("partners", "Staff").objects.filter(is_active=False).update(left_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='staff',
            name='left_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(from_now_on, migrations.RunPython.noop),
    ]
