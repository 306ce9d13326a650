#!/bin/sh
# A part of a paid order goes back.
#
#     set -a; . .local/dev.env; set +a
#     examples/curl/refund.sh INV-2026-0004 REF-2026-0001
set -eu
. "$(dirname "$0")/gateway.sh"
[ $# -eq 2 ] || usage 'ORDER REFUND'
order=$(plain "$1")
refund=$(plain "$2")

ask PUT "/v1/refunds/$refund" '{
  "partnerReferenceNo": "'"$order"'",
  "customerId": "'"$customer"'",
  "amount": { "value": "5000.00", "currency": "IDR" },
  "reason": "one item returned"
}' >/dev/null
echo "$2: $(ask GET "/v1/refunds/$refund?wait=60s" | field status)"
