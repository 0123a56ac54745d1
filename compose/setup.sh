#!/bin/sh
# What needs the running services: the dashboards, then the seed article on its way to an alert.
set -eu
veille dashboards import
until airflow dags details ingest_seed > /dev/null 2>&1; do # the DAG processor has yet to read it
    sleep 5
done
airflow dags trigger ingest_seed
