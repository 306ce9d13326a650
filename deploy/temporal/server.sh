#!/bin/sh
# Gives Temporal's server the password of its database, which it takes from its environment, from a file: so it stands in
# no description of the container.
# sh server.sh PROGRAM ...
set -eu

POSTGRES_PWD=$(cat "$POSTGRES_PWD_FILE")
export POSTGRES_PWD
exec "$@"
