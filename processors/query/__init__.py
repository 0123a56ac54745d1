"""The query language: Lucene's syntax, parsed into our own tree, compiled by each store engine."""
