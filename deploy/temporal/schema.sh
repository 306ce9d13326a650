#!/bin/sh
# Creates both databases of Temporal and brings their schemas up to the version of this image.
# Safe to run again: what is there already stays as it is.
set -eu

SQL_PASSWORD=$(cat "$SQL_PASSWORD_FILE")
export SQL_PASSWORD

for store in temporal visibility; do
  case "$store" in
    temporal) export SQL_DATABASE=temporal ;;
    visibility) export SQL_DATABASE=temporal_visibility ;;
  esac
  temporal-sql-tool create-database
  temporal-sql-tool setup-schema --version 0.0
  temporal-sql-tool update-schema --schema-name "postgresql/v12/$store"
done
