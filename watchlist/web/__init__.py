"""Floor 4: pages and a JSON API over the same queries as the commands. Read-only."""
