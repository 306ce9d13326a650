#!/bin/sh
# Makes an authority for one site's Temporal, a certificate for its server and one for those that may talk to it, into the
# folder of docker-compose.yml's secrets. Run again in an empty folder to replace them all: they last 397 days.
# sh deploy/temporal/certificates.sh FOLDER
set -eu

folder=${1:?give the folder of the secrets}
days=397
mkdir -p "$folder"
cd "$folder"
if [ -e temporal_ca_certificate ]; then
  echo "$folder has certificates already" >&2
  exit 1
fi

key() {
  openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"
}
# certificate NAME SUBJECT EXTENSIONS
certificate() {
  key "$1_key"
  printf '%s\n' "$3" >extensions
  openssl req -new -key "$1_key" -subj "/CN=$2" |
    openssl x509 -req -days "$days" -CA temporal_ca_certificate -CAkey authority_key \
      -extfile extensions -out "$1_certificate" 2>/dev/null
}

key authority_key
openssl req -x509 -new -key authority_key -days "$days" -subj "/CN=doku-journeys Temporal" \
  -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign" -out temporal_ca_certificate
# The server shows its certificate to its own services too, as their client.
certificate temporal_server temporal \
  "subjectAltName=DNS:temporal,DNS:localhost,IP:127.0.0.1
extendedKeyUsage=serverAuth,clientAuth"
certificate temporal_client doku-journeys "extendedKeyUsage=clientAuth"
# Nobody can make another certificate of this authority.
rm authority_key extensions
# Containers read them as their own user; the folder keeps everybody else out.
chmod 644 temporal_*
chmod 700 .
