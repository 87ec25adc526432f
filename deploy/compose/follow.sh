#!/bin/bash
# A replica: at its first start it copies the primary, and follows it from then on.
set -euo pipefail
password="$(cat /run/secrets/replica_password)"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  find "$PGDATA" -mindepth 1 -delete # of a copy that broke off
  PGPASSWORD="$password" pg_basebackup -h primary -U replica -D "$PGDATA" -R -X stream -c fast -S replica
  chmod 0700 "$PGDATA"
fi
exec postgres -c hot_standby=on -c hot_standby_feedback=on -c max_connections=300 \
  -c primary_conninfo="host=primary user=replica password=$password application_name=replica" -c primary_slot_name=replica
