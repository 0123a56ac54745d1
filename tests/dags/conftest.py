from tests.dags.fixtures import airflow_home  # noqa: F401  (a fixture)
