"""`python -m miti run` serves; `setup` prepares data and static files; everything else is Django's own commands."""

import os
import sys

COMMANDS = "run (serve), setup (database, static files, demo data), or any command of Django"


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
    if not arguments:
        sys.exit(f"usage: python -m miti COMMAND\n{COMMANDS}")
    # Imported late: a wrong setting must be told in our words, before anything else reads it.
    from miti import launcher

    match arguments[0]:
        case "run":
            launcher.setup()
            launcher.run()
        case "serve":
            launcher.run()
        case "setup":
            launcher.setup()
        case _:
            from django.core.management import execute_from_command_line

            execute_from_command_line(["miti", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
