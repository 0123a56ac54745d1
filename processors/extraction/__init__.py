"""Page → Article: title, text, authors, date, canonical URL and language of fetched pages and of other inputs."""
