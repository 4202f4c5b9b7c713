"""Floor 1: pure arithmetic on bars and recommendations. Arrays in, arrays out; *today* is an argument."""
