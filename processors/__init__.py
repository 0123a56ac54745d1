"""Veille's library: extraction, tagging, stories, store, alerting, delivery. Imports neither Scrapy nor Airflow."""
