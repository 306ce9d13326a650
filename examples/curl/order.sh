#!/bin/sh
# An order from its page to its end, by nothing but HTTP.
#
#     set -a; . .local/dev.env; set +a
#     examples/curl/order.sh INV-2026-0004
set -eu
. "$(dirname "$0")/gateway.sh"
[ $# -eq 1 ] || usage 'ORDER'
order=$(plain "$1")

page=$(ask PUT "/v1/purchases/$order" '{
  "customerId": "'"$customer"'",
  "amount": { "value": "25000.00", "currency": "IDR" },
  "returnUrl": "'"$return_url"'",
  "acknowledgeWithin": "10 minutes"
}' | field webRedirectUrl)
echo "Pay with PIN 123456: $page"

# Answers as soon as it is so, or after 30 s with where it stands.
status=
until [ "$status" = awaiting-acknowledgement ]; do
  status=$(ask GET "/v1/purchases/$order?wait=30s&until=awaiting-acknowledgement" | field status)
  case $status in paid | cancelled | refunded | declined | expired) break ;; esac
done

# You will deliver. Without it the payment goes back after ten minutes.
if [ "$status" = awaiting-acknowledgement ]; then
  ask POST "/v1/purchases/$order/acknowledge"
fi

echo "$order: $(ask GET "/v1/purchases/$order?wait=30s" | field status)"
