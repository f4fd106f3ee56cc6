"""The frames of the visitor's socket."""
