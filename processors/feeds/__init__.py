"""Feeds: when each is due, what a poll changes, and OPML."""
