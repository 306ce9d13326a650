# How the scripts beside this one ask the gateway; each step may be sent again, as nothing is done twice.
gateway=${DOKU_JOURNEYS_GATEWAY_URL:-http://127.0.0.1:8084}
customer=${DOKU_JOURNEYS_CUSTOMER_ID:-customer-1001}
return_url=${DOKU_JOURNEYS_RETURN_URL:-http://127.0.0.1:4780/shop/return}

# usage ARGUMENTS: how the script is called, and its end.
usage() {
  echo "usage: $0 $1" >&2
  exit 1
}

# ask METHOD PATH [BODY [TYPE]]: tries again for a minute what is worth it, and shows the problem of what is not.
ask() {
  # The key comes in by a pipe: whatever stands behind a program's name is shown to everybody on the machine.
  body=$(printf 'header = "Authorization: Bearer %s"\n' "${DOKU_JOURNEYS_API_KEY:-}" | curl --config - \
    --silent --show-error --fail-with-body --max-time 65 --retry 6 --retry-connrefused \
    --request "$1" "$gateway$2" \
    --header "Content-Type: ${4:-application/json}" ${3:+--data-binary "$3"}) || { printf '%s\n' "$body" >&2; return 1; }
  printf '%s\n' "$body"
}

# field NAME: the first of this name in the JSON that comes in; without one, as in a problem, it shows what came and fails.
field() {
  answer=$(cat)
  value=$(printf '%s' "$answer" | grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4)
  if [ -z "$value" ]; then
    printf '%s\n' "$answer" >&2
    return 1
  fi
  printf '%s\n' "$value"
}

# plain NUMBER: as it may stand in a path.
plain() {
  case $1 in
  '' | .* | *[!A-Za-z0-9._-]*)
    echo "$1: must be letters, digits, dots, - and _" >&2
    return 1
    ;;
  esac
  printf '%s\n' "$1"
}
