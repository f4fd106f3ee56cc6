"""What kind of fault it was, for logs: Django's database errors are all called OperationalError; what is behind them says which."""


def kind_of(fault: BaseException) -> str:
    """A word of the program or of a library; never a message, which may quote private data."""
    behind = fault.__cause__
    if behind is None:
        return type(fault).__name__
    # SQLite's own code, such as SQLITE_FULL; PostgreSQL has a class for each, such as DiskFull or ReadOnlySqlTransaction.
    named = getattr(behind, "sqlite_errorname", None) or type(behind).__name__
    return f"{type(fault).__name__}.{named}" if named != type(fault).__name__ else named
