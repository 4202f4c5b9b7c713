"""Floor 1: a broker's report as text becomes a draft with exact quotes, and problems; pure, knows no file."""
