# make demo: from feeds to alert mails on the sample site. make test: every check. make setup: .venv with .venv/bin/veille.
SHELL := /bin/bash
PYTHON ?= python3.11
.DEFAULT_GOAL := help
# The lock names every package. Resolving anew, pip forgets the pin of a package that another wants with an extra (celery[redis]).
INSTALL = .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps
.PHONY: help setup setup-airflow env demo test check test-embedded test-elasticsearch test-kills test-airflow test-cluster elasticsearch elasticsearch-stop bench lock clean

help:            ## what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 20

setup: .venv/.done  ## .venv with everything in it, from the hash-locked requirements.lock

.venv/.done: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Veille needs Python 3.11 ($(PYTHON) not found): apt-get install python3.11 python3.11-venv, or make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(INSTALL) --require-hashes --requirement requirements.lock
	$(INSTALL) --no-build-isolation --editable .
	touch $@

setup-airflow: .venv/.done-airflow  ## Airflow, the archive on S3, and what their tests need, into .venv

.venv/.done-airflow: .venv/.done requirements-airflow.lock
	$(INSTALL) --require-hashes --requirement requirements-airflow.lock
	touch $@

env:             ## random passwords for docker-compose.yml into .env; never overwrites one
	@$(PYTHON) compose/make_env.py .env

demo: setup      ## crawl the sample site, raise alerts, write the mails, print a summary
	.venv/bin/veille demo

test: check test-embedded test-elasticsearch test-airflow  ## every check, and every test but test-kills and test-cluster

check: setup     ## ruff, mypy and the import contract
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test-embedded: setup-airflow  ## what needs no server: the embedded store, the crawler, the tagger, the commands
	.venv/bin/python -m pytest -n auto

test-elasticsearch: setup-airflow  ## the same and more on a genuine Elasticsearch 9.5 (Java 21 and Maven, or an address)
	.venv/bin/python -m pytest -n auto -m "elasticsearch and not airflow and not exhaustive" -rs

test-kills: setup-airflow  ## the pipeline killed at all 54 points on Elasticsearch too
	.venv/bin/python -m pytest -n auto -m exhaustive tests/pipeline

test-airflow: setup-airflow  ## the DAGs in a real Airflow, and what docker-compose.yml refers to
	.venv/bin/python -m pytest -m airflow -rs tests/dags tests/compose

test-cluster: setup-airflow  ## many workers, and processes that die: Postgres, Redis, Celery (10 min or more); prints figures
	@command -v redis-server >/dev/null && ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || { echo "the cluster's test needs Postgres and Redis: apt-get install postgresql redis-server"; exit 1; }
	.venv/bin/python -m pytest -m cluster -s -rs tests/cluster

elasticsearch: setup  ## a genuine Elasticsearch for trials; prints its address
	@.venv/bin/python -m tests.elasticsearch.server start

elasticsearch-stop: setup  ## end it; its data are there at the next start
	@.venv/bin/python -m tests.elasticsearch.server stop

bench: setup     ## articles a second, by stage, beside bare extraction and NER
	.venv/bin/python -m benchmarks

LOCK = uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11
lock:            ## make the locks anew from pyproject.toml (needs uv)
	$(LOCK) --extra dev --extra airflow --extra airflow-tests pyproject.toml -o requirements-airflow.lock
	$(LOCK) --extra dev --constraint requirements-airflow.lock pyproject.toml -o requirements.lock
	$(LOCK) --extra airflow --constraint requirements-airflow.lock pyproject.toml -o requirements-deploy.lock

clean:           ## remove the virtual environment and the demo's data
	rm -rf .venv var
