"""The counsellor's face: its page and its socket."""
