#!/bin/sh
# Creates the namespace and the search attributes that operators find journeys by, and sets how long the history of an
# ended journey is kept. Safe to run again: a retention that was changed in the environment is changed here.
set -eu

if temporal operator namespace describe >/dev/null 2>&1; then
  temporal operator namespace update --retention "$RETENTION"
else
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
fi

# The server takes some seconds to know a new namespace.
tries=1
until temporal operator search-attribute create \
  --name JourneyStatus --type Keyword \
  --name CustomerId --type Keyword \
  --name PartnerReferenceNo --type Keyword; do
  [ "$tries" -lt 30 ]
  tries=$((tries + 1))
  sleep 1
done
