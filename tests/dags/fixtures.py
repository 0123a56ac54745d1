"""The fixture that gives tests a home of Airflow: import it in a conftest.py."""

from __future__ import annotations

import importlib.util
import os

import pytest

from processors.pipeline.workspace import locked
from tests.dags.standalone import airflow_variables, run_airflow


def needs_airflow() -> None:
    """A skip where Airflow is not installed; in CI a failure."""
    if importlib.util.find_spec("airflow") is not None:
        return
    message = "Airflow is not installed: make setup-airflow"
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of an AIRFLOW_HOME with its tables, one for all test processes: to be read only."""
    needs_airflow()
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "airflow-of-all-workers"
    environment = airflow_variables(home)
    with locked(home, wait=True):
        if not (home / "migrated").exists():
            run_airflow(environment, "db", "migrate")
            (home / "migrated").touch()
    return environment
