"""What the DAG files share. Not named after any package: Airflow puts dags/ on the path of every task."""
