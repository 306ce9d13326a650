#!/bin/sh
# Makes up everything that docker-compose.yml takes as a secret, for a site with the sandbox in DOKU's place.
# sh deploy/sandbox-secrets.sh FOLDER
set -eu

folder=${1:?give the folder to make}
mkdir -p "$(dirname "$folder")"
mkdir "$folder"
cd "$folder"

openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out doku_private_key
openssl pkey -in doku_private_key -pubout -out sandbox_merchant_public_key
openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out sandbox_doku_private_key
openssl pkey -in sandbox_doku_private_key -pubout -out doku_public_key
openssl rand -hex 24 >doku_client_secret
openssl rand -hex 24 >postgres_password
# For a rotation, during which two are good.
: >doku_second_client_secret
: >doku_second_private_key
: >doku_second_auth_code_secret
: >doku_second_public_key
: >events_second_secret
openssl rand -hex 16 >doku_auth_code_secret
echo "key-1:$(openssl rand -base64 32)" >payload_keys
openssl rand -hex 24 >codec_token
# Nobody's yet: npm run --silent gateway -- key --file FOLDER/gateway_keys --id shop --scopes purchases:write
echo '{"keys":[]}' >gateway_keys
# Containers read them as their own user; the folder keeps everybody else out.
chmod 644 ./*
chmod 700 .
