"""Floor 3, below the steps: questions to the database. Each gives rows, dicts of plain values, as documented."""
