"""The crawler: a Scrapy program that reads plan.json and writes *.warc.gz and polls.jsonl. It opens no database."""
