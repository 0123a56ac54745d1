"""One self-contained HTML page on what the store holds."""
