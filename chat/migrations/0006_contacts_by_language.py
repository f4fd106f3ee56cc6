from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0005_asked_full'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='languages',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
