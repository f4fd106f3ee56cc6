"""`python -m miti run` prepares and serves. Its parts are commands too; every other command is Django's."""

import os
import sys

from miti import __version__
from miti.commit import commit

COMMANDS = """\
  run      setup and serve
  setup    build and prepare
  build    words and static files, from the source alone
  prepare  database, and demo data with MITI_DEMO=1
  serve    web process
  worker   does the periodic jobs, with REDIS_URL
  beat     says when to look whether they are due, with REDIS_URL
  begin    asks for what a first conversation needs, and makes it
  version  which Miti this is
or any command of Django"""
OWN = {"run", "setup", "build", "prepare", "begin", "serve", "worker", "beat"}


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miti.settings")
    if not arguments:
        sys.exit(f"usage: python -m miti COMMAND\n{COMMANDS}")
    if arguments[0] in OWN and arguments[1:]:
        sys.exit(f"python -m miti {arguments[0]} takes nothing more; settings are in the environment")
    if arguments[0] in {"version", "--version"}:
        made_from = commit()
        sys.stdout.write(f"Miti {__version__}{made_from and f' (commit {made_from})'}\n")
        return
    # Imported late, so that our own message reports a wrong setting before anything else reads it.
    from miti import launcher

    match arguments[0]:
        case "run":
            launcher.setup()
            launcher.invent_figures()
            launcher.run()
        case "serve":
            launcher.run()
        case "setup":
            launcher.setup()
        case "build":
            launcher.build()
        case "prepare":
            launcher.prepare()
        case "begin":
            launcher.begin()
        case "worker" | "beat" as which:
            from miti import celery

            celery.start(which)
        case _:
            from django.core.management import execute_from_command_line

            execute_from_command_line(["miti", *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
