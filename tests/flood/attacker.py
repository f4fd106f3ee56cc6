"""`python -m tests.flood.attacker ATTACK one|many PORT SECONDS`: a process of its own, so that what is measured elsewhere is the server."""

import asyncio
import json
import sys

from tests.flood.attacks import attack
from tests.flood.wire import Target

if __name__ == "__main__":
    name, addresses, port, seconds = sys.argv[1:]
    did = asyncio.run(attack(name, Target(int(port), addresses == "many"), float(seconds)))
    sys.stdout.write(json.dumps(did))
