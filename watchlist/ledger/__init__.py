"""Floor 2: the plain-text files that a person decides, read into checked models; the watchlist is written too."""
