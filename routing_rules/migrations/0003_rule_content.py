"""A rule's fields and steps go into one column, and back."""

from collections import defaultdict

from django.db import migrations, models

CONDITIONS = ("themes", "languages", "sites", "audiences")
NUMBERS = ("priority", "ring_size", "ring_time_s")


def to_content(apps, schema_editor):
    steps = defaultdict(list)
    StepRow = apps.get_model("routing_rules", "StepRow")
    for step in StepRow.objects.order_by("after_s", "pk").prefetch_related("pools"):
        pools = "all" if step.all_pools else sorted(pool.slug for pool in step.pools.all())
        steps[step.rule_id].append({"after_s": step.after_s, "pools": pools})
    for row in apps.get_model("routing_rules", "RuleRow").objects.all():
        row.content = {
            "name": row.name,
            **{name: sorted(getattr(row, name)) for name in CONDITIONS if getattr(row, name)},
            **{name: getattr(row, name) for name in NUMBERS},
            "steps": steps[row.pk],
        }
        row.save(update_fields=["content"])


def from_content(apps, schema_editor):
    pools = {pool.slug: pool for pool in apps.get_model("routing_rules", "Pool").objects.all()}
    StepRow = apps.get_model("routing_rules", "StepRow")
    for row in apps.get_model("routing_rules", "RuleRow").objects.all():
        row.name = row.content["name"]
        for name in CONDITIONS:
            setattr(row, name, row.content.get(name, []))
        for name in NUMBERS:
            setattr(row, name, row.content[name])
        row.save()
        for told in row.content["steps"]:
            step = StepRow.objects.create(rule=row, after_s=told["after_s"], all_pools=told["pools"] == "all")
            if told["pools"] != "all":
                step.pools.set([pools[slug] for slug in told["pools"] if slug in pools])


class Migration(migrations.Migration):

    dependencies = [
        ('routing_rules', '0002_held_plans'),
    ]

    operations = [
        migrations.AddField(
            model_name='rulerow',
            name='content',
            field=models.JSONField(default=dict),
            preserve_default=False,
        ),
        migrations.RunPython(to_content, from_content),
    ]
