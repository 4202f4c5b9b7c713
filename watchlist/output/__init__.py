"""Floor 4: what rows look like — tables, files, pages."""
