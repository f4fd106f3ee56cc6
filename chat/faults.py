"""What may go wrong with a store that is in another process."""


class Unreachable(Exception):
    """The store does not answer, or cannot do it now: what was asked may have been done or not. To ask again does no harm."""
