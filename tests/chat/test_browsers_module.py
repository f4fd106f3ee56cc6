"""The module that seals and opens in the browsers: what tests/js asks of it, for whoever runs these tests."""

import re
import shutil
import subprocess

from tests.server import ROOT

FILES = ("tests/js/sealed.test.js", "tests/js/sealed_properties.test.js")


def test_the_module_that_browsers_run_opens_for_nobody_and_nothing_else() -> None:
    node = shutil.which("node")
    assert node is not None
    command = [node, "--test", "--test-reporter=tap", *FILES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout
    # It is not enough that nothing failed: each of these was tried.
    passed = re.findall(r"^\s*ok \d+ - (.+)$", done.stdout, re.MULTILINE)
    for promised in (
        "any text opens as it was sealed; halves of pairs of UTF-16 are replaced",
        *(f"it opens for no other {field}" for field in ("conversation", "author", "clientId", "kind")),
        "it opens with the key of its generation, and with no other",
        "a grant opens for its conversation, number and browser, and for no other",
        "the private half of a pair does not leave its browser",
        "what one has left before opens no later generation of the same root",
        "texts of one block weigh the same, of whatever signs they are",
        "of 100,000 envelopes no two have the same nonce",
    ):
        assert promised in passed, done.stdout
