#!/bin/sh
# What must be there before Airflow's services and Kibana start. Every step may be repeated.
set -eu
here=$(dirname "$0")
airflow db migrate
airflow pools import "$here/pools.json"
python "$here/accounts.py" "$here/../docs/elasticsearch-roles.yml"
veille store init
