"""Speed of the store on Elasticsearch."""
