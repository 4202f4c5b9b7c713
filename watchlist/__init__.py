"""watchlist: keep what brokers recommend, follow it against the index it must beat, and say how good it was."""

__version__ = "1.0.0"
