#!/bin/sh
# Gives Airflow's login page the password from .env, then becomes the command of the service.
set -eu
if [ -n "${AIRFLOW_ADMIN_PASSWORD:-}" ]; then
    umask 077
    printf '{"admin": "%s"}\n' "$AIRFLOW_ADMIN_PASSWORD" > "$AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"
    unset AIRFLOW_ADMIN_PASSWORD
fi
exec "$@"
