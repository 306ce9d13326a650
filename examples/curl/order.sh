#!/bin/sh
# An order from its page to its end, by nothing but HTTP. The gateway keeps no order twice: each step may be sent again.
#
#     set -a; . .local/dev.env; set +a
#     examples/curl/order.sh INV-2026-0001
set -eu

gateway=${DOKU_JOURNEYS_GATEWAY_URL:-http://127.0.0.1:8084}
customer=${DOKU_JOURNEYS_CUSTOMER_ID:-customer-1001}
return_url=${DOKU_JOURNEYS_RETURN_URL:-http://127.0.0.1:4780/shop/return}
order=$1

# ask METHOD PATH [BODY]: tries again for half a minute what is worth it, and shows the problem of what is not.
ask() {
  curl --silent --show-error --fail-with-body --max-time 65 \
    --retry 6 --retry-connrefused \
    --request "$1" "$gateway$2" \
    --header "Authorization: Bearer ${DOKU_JOURNEYS_GATEWAY_KEY:-}" \
    --header 'Content-Type: application/json' ${3:+--data "$3"}
}

# field NAME: the first of this name in the JSON that comes in.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

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
