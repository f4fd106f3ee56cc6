"""The password of all demo accounts. It is known to everybody: where there is no demo, nobody signs in with it."""

DEMO_PASSWORD = "miti-demo"  # noqa: S105  # known to everybody
