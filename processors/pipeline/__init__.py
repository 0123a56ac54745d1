"""The six verbs, plan → crawl → tag → index → match → notify, as functions: the CLI's commands and the DAGs' tasks."""
