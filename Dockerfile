# Veille with Airflow: every Airflow service, and the set-up of docker-compose.yml, run this image.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY crawlers ./crawlers
COPY processors ./processors
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels .

FROM python:3.11.13-slim-bookworm
COPY requirements-deploy.lock /opt/veille/
RUN pip install --no-cache-dir --no-deps --require-hashes --requirement /opt/veille/requirements-deploy.lock
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir --no-deps /wheels/*.whl && rm -r /wheels

# A named volume that is mounted for the first time takes over the owner of the folder it covers.
RUN useradd --uid 50000 --gid 0 --no-create-home --home-dir /opt/airflow airflow \
    && install -d -o airflow -g 0 /opt/airflow /opt/airflow/logs /var/lib/veille/archive /var/lib/veille/home
COPY seeds /opt/veille/seeds
COPY dags /opt/veille/dags
COPY compose /opt/veille/compose
COPY docs/elasticsearch-roles.yml /opt/veille/docs/

ENV AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/veille/dags \
    AIRFLOW__CORE__LOAD_EXAMPLES=false \
    OPENBLAS_NUM_THREADS=1 \
    VEILLE_HOME=/var/lib/veille/home \
    VEILLE_SEEDS=/opt/veille/seeds
WORKDIR /opt/airflow
USER 50000:0
ENTRYPOINT ["/opt/veille/compose/entrypoint.sh"]
