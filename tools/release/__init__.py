"""`make release`: everything that a release consists of, from one commit and nothing else, in `var/release/VERSION/`."""
