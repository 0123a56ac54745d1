"""Kibana's dashboards: built from readable sources (seeds/kibana/*.yaml), imported over HTTP."""
