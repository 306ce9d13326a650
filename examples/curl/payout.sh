#!/bin/sh
# Wallets are filled from a CSV file: partnerReferenceNo,customerId,amount. Looked at first, then sent.
#
#     set -a; . .local/dev.env; set +a
#     examples/curl/payout.sh payout-2026-11 payout.csv
set -eu
. "$(dirname "$0")/gateway.sh"
[ $# -eq 2 ] || usage 'REFERENCE FILE.csv'
reference=$(plain "$1")
[ -r "$2" ] || { echo "$2: there is no such file, or it cannot be read" >&2; exit 1; }
batch=/v1/top-up-batches/$reference

ask POST "$batch/dry-run" "@$2" text/csv # how many, how much, what is new, what was paid before
echo
ask PUT "$batch" "@$2" text/csv >/dev/null
echo "$1: $(ask GET "$batch?wait=60s" | field status)"
ask GET "$batch/results?part=0" # row by row
echo
