"""What may go wrong with a store that is in another process."""


class Unreachable(Exception):
    """The store does not answer, or cannot do it now. The command may have been carried out or not; it is safe to repeat it."""
