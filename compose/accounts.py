"""Gives Elasticsearch the user that Veille works as, with roles for its own indices alone, and Kibana's its password.

    ELASTIC_PASSWORD=… KIBANA_PASSWORD=… VEILLE_STORE=… VEILLE_ELASTICSEARCH_USER=… VEILLE_ELASTICSEARCH_PASSWORD=… \
        python accounts.py elasticsearch-roles.yml

Safe to repeat: a password that was changed in .env takes the place of the old one; but that of elastic, which
Elasticsearch reads at its first start only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml
from elasticsearch import Elasticsearch

GRANTED = ("veille_init", "veille_writer")


def main(roles: Path, environment: Mapping[str, str]) -> None:
    """roles: a file of roles as Elasticsearch's own roles.yml. Raises KeyError for a variable that is missing."""
    user = environment["VEILLE_ELASTICSEARCH_USER"]
    elastic = ("elastic", environment["ELASTIC_PASSWORD"])
    with Elasticsearch(environment["VEILLE_STORE"], basic_auth=elastic, request_timeout=60) as client:
        for name, role in yaml.safe_load(roles.read_text(encoding="utf-8")).items():
            client.security.put_role(name=name, **role)
        client.security.change_password(username="kibana_system", password=environment["KIBANA_PASSWORD"])
        password = environment["VEILLE_ELASTICSEARCH_PASSWORD"]
        client.security.put_user(username=user, password=password, roles=list(GRANTED))
    print(f"user {user}: {', '.join(GRANTED)}; kibana_system has its password")


if __name__ == "__main__":
    main(Path(sys.argv[1]), os.environ)
