from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('routing_rules', '0006_subthemes'),
    ]

    operations = [
        migrations.AddField(
            model_name='site',
            name='campaigns',
            field=models.JSONField(blank=True, default=list),
        ),
    ]
