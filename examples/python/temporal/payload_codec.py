"""What stands in Temporal is encrypted, for the one workflow that it is for: docs/protocol.md, in Python."""

import base64
import binascii
import hashlib
import json
import os
import time
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from temporalio.api.common.v1 import Payload
from temporalio.converter import (
    ActivitySerializationContext,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    PayloadCodec,
    SerializationContext,
    WithSerializationContext,
    WorkflowSerializationContext,
)
from written_as import heard

ENCODING = b"binary/sealed"
KEY_ID = "encryption-key-id"
VERSION = b"\x02"
NO_PLACE = bytes(12)


class EncryptingCodec(PayloadCodec, WithSerializationContext):
    """Encrypts with the first key, decrypts with any."""

    def __init__(self, keys: dict[str, bytes], place: bytes = NO_PLACE):
        self._keys = keys
        self._place = place

    def with_context(self, context: SerializationContext) -> "EncryptingCodec":
        """The same keys, for one workflow."""
        return EncryptingCodec(self._keys, place_of(context))

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._encrypted(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decrypted(payload) for payload in payloads]

    def _encrypted(self, payload: Payload) -> Payload:
        key_id = next(iter(self._keys))
        salt, iv = os.urandom(16), os.urandom(12)
        head = VERSION + salt + self._place + iv
        dated = Payload()
        dated.CopyFrom(payload)
        dated.metadata["sealed-at"] = str(time.time_ns() // 1_000_000).encode()
        sealed = AESGCM(self._message_key(key_id, salt)).encrypt(
            iv, dated.SerializeToString(), authenticated(key_id, head)
        )
        metadata = {"encoding": ENCODING, KEY_ID: key_id.encode()}
        return Payload(metadata=metadata, data=head + sealed)

    def _decrypted(self, payload: Payload) -> Payload:
        """Raises ValueError for what is not for this workflow or question, InvalidTag for what another key wrote."""
        if payload.metadata.get("encoding") != ENCODING or payload.data[:1] != VERSION:
            raise ValueError("a payload is not encrypted: whoever sent it has no payload key")
        key_id = payload.metadata[KEY_ID].decode()
        head, sealed = payload.data[:41], payload.data[41:]
        salt, place, iv = head[1:17], head[17:29], head[29:]
        if self._place not in (NO_PLACE, place):
            raise ValueError("a payload is encrypted for another workflow")
        plain = AESGCM(self._message_key(key_id, salt)).decrypt(
            iv, sealed, authenticated(key_id, head)
        )
        return heard(Payload.FromString(plain))

    def _message_key(self, key_id: str, salt: bytes) -> bytes:
        return HKDF(SHA256(), 32, salt, b"doku-journeys payload").derive(self._keys[key_id])


def authenticated(key_id: str, head: bytes) -> bytes:
    return bytes([len(key_id)]) + key_id.encode() + head


def place_of(context: SerializationContext) -> bytes:
    if isinstance(context, ActivitySerializationContext):
        names = [context.namespace, context.workflow_id or "", context.activity_id or ""]
    elif isinstance(context, WorkflowSerializationContext):
        names = [context.namespace, context.workflow_id]
    else:
        return NO_PLACE
    text = json.dumps(names, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()[:12]


def key_in(entry: str) -> tuple[str, bytes]:
    """Raises ValueError where there is no key of 32 bytes."""
    key_id, _, text = entry.strip().partition(":")
    try:
        key = base64.b64decode(text.translate(str.maketrans("-_", "+/")), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise ValueError("PAYLOAD_KEYS: must be id:base64 of 32 bytes, as the workers have it")
    return key_id, key


def data_converter(payload_keys: str) -> DataConverter:
    """Of PAYLOAD_KEYS, as the workers have them: `id:base64,id:base64,…`, the active one first."""
    keys = dict(key_in(entry) for entry in payload_keys.split(","))
    return DataConverter(
        payload_converter_class=DefaultPayloadConverter,
        payload_codec=EncryptingCodec(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
