"""Floor 4: SQL only: the store, its tables, migrations, rows, counters, files and revisions."""
