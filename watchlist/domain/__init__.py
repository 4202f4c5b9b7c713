"""Floor 0: the words everything else is said in. No file, network, database or clock."""
