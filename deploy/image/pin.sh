#!/bin/sh
# Writes behind each image's version the digest that its registry has for it now, in the compose files and the Dockerfile:
# a version is a name that can be given to another image, a digest is the image. Run it for new patches, with a
# registry within reach, look at the difference and commit it.
# sh deploy/image/pin.sh
set -eu
cd "$(dirname "$0")/../.."

files="docker-compose.yml deploy/Dockerfile"
# What is pulled: a name with a version, whatever digest it has by now.
# shellcheck disable=SC2086
images=$(sed -nE 's/^( *image:|FROM) ([^ @]+:[^ @]+)(@sha256:[0-9a-f]+)?( AS .*)?$/\2/p' $files | sort -u)

for image in $images; do
  digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
  case "$digest" in
    sha256:????????????????????????????????????????????????????????????????) ;;
    *)
      echo "no digest for $image" >&2
      exit 1
      ;;
  esac
  for file in $files; do
    sed -E "s#^( *image:|FROM) $image(@sha256:[0-9a-f]+)?( AS .*)?\$#\1 $image@$digest\3#" "$file" >"$file.pinned"
    cat "$file.pinned" >"$file"
    rm "$file.pinned"
  done
  echo "$image@$digest"
done
