#!/bin/sh
# A customer opens a DOKU account. What your pages would take from the customer, this script reads from its input.
#
#     set -a; . .local/dev.env; set +a
#     examples/curl/account.sh customer-2001 "Siti Rahayu" 081234567891 siti@example.com
set -eu
. "$(dirname "$0")/gateway.sh"
[ $# -eq 4 ] || usage 'CUSTOMER NAME PHONE EMAIL'
customer=$(plain "$1")
opening=/v1/customers/$customer/openings/first

step=$(ask PUT "$opening" '{
  "customer": { "name": "'"$2"'", "phoneNo": "'"$3"'", "email": "'"$4"'" },
  "redirectUrl": "'"$return_url"'"
}')

# typed: what is typed, or the end where nobody types any more
typed() { read -r line && echo "$line" || { echo "$opening waits: nothing was typed" >&2; return 1; }; }

until [ "$(echo "$step" | field show)" = done ]; do
  case $(echo "$step" | field show) in
  enter-otp)
    echo "The OTP that DOKU sent to $3:"
    otp=$(typed)
    step=$(ask POST "$opening/submit-otp" '{ "otp": "'"$otp"'" }')
    case $step in *'"verified":false'*)
      reason=$(echo "$step" | field reason)
      if [ "$reason" != wrong ]; then
        echo "The OTP is $reason: POST $opening/resend-otp has DOKU send another one" >&2
        exit 1
      fi
      echo "It is wrong."
      step=$(ask GET "$opening")
      ;;
    esac
    ;;
  open-url)
    echo "Open it, and paste what stands behind the question mark after it: $(echo "$step" | field url)"
    query=$(typed)
    step=$(ask POST "$opening/returned" '{ "rawQuery": "'"$query"'" }')
    ;;
  wait) step=$(ask GET "$opening?wait=10s&until=awaiting-otp,awaiting-pin,awaiting-binding") ;;
  *)
    echo "$opening says what this script does not know: $step" >&2
    exit 1
    ;;
  esac
done
echo "$1: $(echo "$step" | field outcome)"
