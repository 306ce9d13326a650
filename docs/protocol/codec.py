"""The payload encryption of doku-journeys, in Python: docs/protocol.md, section "Encryption".

Needs the package `cryptography`. Written from that page alone; `python codec.py vectors.json` checks it against the vectors.
"""
import base64, hashlib, json, os, sys
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ENCODING, VERSION, HEAD = b"binary/sealed", 2, 1 + 16 + 12 + 12


def place_of(namespace: str, workflow_id: str) -> bytes:
    """The twelve bytes that bind a payload to its workflow."""
    text = json.dumps([namespace, workflow_id], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).digest()[:12]


def message_key(payload_key: bytes, salt: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=salt, info=b"doku-journeys payload").derive(payload_key)


def authenticated(key_id: str, head: bytes) -> bytes:
    return bytes([len(key_id)]) + key_id.encode() + head


def dated(payload: bytes, at_ms: int) -> bytes:
    """A serialized Payload with the time of its encryption in its metadata: of a map, an entry more is a field more."""
    name, value = b"sealed-at", str(at_ms).encode()
    entry = b"\x0a" + bytes([len(name)]) + name + b"\x12" + bytes([len(value)]) + value
    return payload + b"\x0a" + bytes([len(entry)]) + entry


def sealed(plain: bytes, key_id: str, payload_key: bytes, place: bytes) -> dict[str, bytes]:
    """Encrypts a serialized `temporal.api.common.v1.Payload`, dated. Returns what `metadata` and `data` of the new one hold."""
    salt, iv = os.urandom(16), os.urandom(12)
    head = bytes([VERSION]) + salt + place + iv
    box = AESGCM(message_key(payload_key, salt)).encrypt(iv, plain, authenticated(key_id, head))
    return {"encoding": ENCODING, "encryption-key-id": key_id.encode(), "data": head + box}


def opened(data: bytes, key_id: str, payload_key: bytes, place: bytes) -> bytes:
    """Decrypts to a serialized Payload. Raises ValueError for what is not for this workflow, or not of this key."""
    if len(data) < HEAD + 16 or data[0] != VERSION:
        raise ValueError("malformed")
    head, box = data[:HEAD], data[HEAD:]
    if head[17:29] != place:
        raise ValueError("encrypted for another workflow")
    try:
        return AESGCM(message_key(payload_key, head[1:17])).decrypt(head[29:], box, authenticated(key_id, head))
    except InvalidTag:
        raise ValueError("another key of the same ID, or damaged") from None


def digest_of(parsed_input: object) -> str:
    """`inputDigest`: of the whole input, with its defaults and without what is null."""
    text = json.dumps(parsed_input, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def main() -> None:
    vectors = json.load(open(sys.argv[1], encoding="utf-8"))
    decode = base64.b64decode
    key_id, key = vectors["keyId"], decode(vectors["key"])
    for vector in vectors["payloads"]:
        place = place_of(vector["namespace"], vector["workflowId"])
        assert place.hex() == vector["place"], vector["name"]
        if "payload" in vector:
            assert base64.b64encode(dated(decode(vector["payload"]), vector["sealedAt"])).decode() == vector["plain"]
        try:
            plain = opened(decode(vector["data"]), vector.get("keyId", key_id), key, place)
        except ValueError as error:
            assert vector.get("refused") == str(error), vector["name"]
        else:
            assert base64.b64encode(plain).decode() == vector["plain"], vector["name"]
    for vector in vectors["digests"]:
        assert digest_of(vector["input"]) == vector["digest"], vector["input"]
    # For the other side to read.
    first = vectors["payloads"][0]
    written = sealed(decode(first["plain"]), key_id, key, place_of(first["namespace"], first["workflowId"]))
    print(base64.b64encode(written["data"]).decode())


if __name__ == "__main__":
    main()
