"""The frames of the counsellor's socket."""
