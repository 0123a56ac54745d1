"""The embedded engine: one SQLite file, full text by FTS5, no server."""
