#!/bin/sh
# A customer opens a DOKU account. What your pages would take from the customer, this script reads from its input.
#
#     set -a; . .local/dev.env; set +a
#     examples/curl/account.sh customer-2001 "Siti Rahayu" 081234567891 siti@example.com
set -eu
. "$(dirname "$0")/gateway.sh"
opening=/v1/customers/$1/openings/first

step=$(ask PUT "$opening" '{
  "customer": { "name": "'"$2"'", "phoneNo": "'"$3"'", "email": "'"$4"'" },
  "redirectUrl": "'"$return_url"'"
}')

until [ "$(echo "$step" | field show)" = done ]; do
  case $(echo "$step" | field show) in
  enter-otp)
    echo "The OTP that DOKU sent to $3:"
    read -r otp
    step=$(ask POST "$opening/submit-otp" '{ "otp": "'"$otp"'" }')
    ;;
  open-url)
    echo "Open it, and paste what stands behind the question mark after it: $(echo "$step" | field url)"
    read -r query
    step=$(ask POST "$opening/returned" '{ "rawQuery": "'"$query"'" }')
    ;;
  wait) step=$(ask GET "$opening?wait=10s&until=awaiting-otp,awaiting-pin,awaiting-binding") ;;
  *) # a wrong OTP is an answer with its reason
    echo "$step"
    step=$(ask GET "$opening")
    ;;
  esac
done
echo "$1: $(echo "$step" | field outcome)"
