"""The server engine: Elasticsearch 9. Dated indices for what only grows, undated ones for what changes."""
