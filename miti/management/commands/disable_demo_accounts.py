from typing import Any

from django.core.management import BaseCommand

from demo import accounts


class Command(BaseCommand):
    help = "Disables the demo's accounts that still have the password that everybody knows."

    def handle(self, *args: Any, **options: Any) -> None:
        for person in accounts.disable():
            self.stdout.write(f"disabled {person.username}")
