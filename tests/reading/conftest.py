"""How many examples the laws of the reader are held to: very many with ``make fuzz``."""

from hypothesis import settings

settings.register_profile("fuzz", max_examples=200_000, deadline=None, database=None)
