"""Floor 2: the only Python that speaks SQL. Rows from the database are rows."""
