#!/bin/bash
# Run once, when the primary's data are made: an account that may only read the log of changes, and a slot for it.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/replica_password)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE replica LOGIN REPLICATION PASSWORD :'password';
SELECT pg_create_physical_replication_slot('replica');
SQL
echo "host replication replica all scram-sha-256" >> "$PGDATA/pg_hba.conf"
