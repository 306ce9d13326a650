package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

const (
	encoding  = "binary/sealed"
	keyID     = "encryption-key-id"
	version   = 2
	headBytes = 1 + 16 + 12 + 12 // version, salt, place, initialization vector
)

// payloadCodec encrypts what stands in Temporal, for the one workflow that it is for: docs/protocol.md, in Go.
type payloadCodec struct {
	active string
	keys   map[string][]byte
	place  []byte // zeros: of no workflow
	asked  *question
}

// newCodec takes PAYLOAD_KEYS as the workers have them: "id:base64,id:base64,…", the active one first.
func newCodec(payloadKeys string) (*payloadCodec, error) {
	if payloadKeys == "" {
		return nil, errors.New("PAYLOAD_KEYS: is missing: load .local/dev.env into this shell")
	}
	codec := &payloadCodec{keys: map[string][]byte{}, place: make([]byte, 12)}
	for entry := range strings.SplitSeq(payloadKeys, ",") {
		id, text, _ := strings.Cut(strings.TrimSpace(entry), ":")
		key, err := base64.StdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(text))
		if err != nil || len(key) != 32 {
			return nil, errors.New("PAYLOAD_KEYS: must be id:base64 of 32 bytes, as the workers have it")
		}
		if codec.active == "" {
			codec.active = id
		}
		codec.keys[id] = key
	}
	return codec, nil
}

// WithSerializationContext has the same keys, for one workflow.
func (c *payloadCodec) WithSerializationContext(context converter.SerializationContext) converter.PayloadCodec {
	workflow, ok := context.(converter.WorkflowSerializationContext)
	if !ok {
		return c
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode([]string{workflow.Namespace, workflow.WorkflowID})
	place := sha256.Sum256(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return &payloadCodec{c.active, c.keys, place[:12], c.asked}
}

func (c *payloadCodec) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(payload *commonpb.Payload) (*commonpb.Payload, error) {
		dated := &commonpb.Payload{Metadata: maps.Clone(payload.GetMetadata()), Data: payload.GetData()}
		dated.Metadata["sealed-at"] = strconv.AppendInt(nil, time.Now().UnixMilli(), 10)
		plain, err := proto.Marshal(dated)
		random := make([]byte, 16+12)
		_, _ = rand.Read(random)
		salt, iv := random[:16], random[16:]
		head := bytes.Join([][]byte{{version}, salt, c.place, iv}, nil)
		gcm, keyErr := c.cipher(c.active, salt)
		if err = errors.Join(err, keyErr); err != nil {
			return nil, err
		}
		return &commonpb.Payload{
			Metadata: map[string][]byte{"encoding": []byte(encoding), keyID: []byte(c.active)},
			Data:     append(head, gcm.Seal(nil, iv, plain, authenticated(c.active, head))...),
		}, nil
	})
}

func (c *payloadCodec) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	return each(payloads, func(payload *commonpb.Payload) (*commonpb.Payload, error) {
		data := payload.GetData()
		if string(payload.GetMetadata()["encoding"]) != encoding || len(data) < headBytes || data[0] != version {
			return nil, errors.New("a payload is not encrypted: whoever sent it has no payload key")
		}
		id, head := string(payload.Metadata[keyID]), data[:headBytes]
		salt, place, iv := head[1:17], head[17:29], head[29:]
		if !bytes.Equal(c.place, make([]byte, 12)) && !bytes.Equal(c.place, place) {
			return nil, errors.New("a payload is encrypted for another workflow")
		}
		gcm, err := c.cipher(id, salt)
		if err != nil {
			return nil, err
		}
		plain, err := gcm.Open(nil, iv, data[headBytes:], authenticated(id, head))
		if err != nil {
			return nil, fmt.Errorf("payload key %q is not the one it was encrypted with", id)
		}
		opened := &commonpb.Payload{}
		if err := proto.Unmarshal(plain, opened); err != nil {
			return nil, err
		}
		return opened, c.asked.hears(opened)
	})
}

func (c *payloadCodec) cipher(id string, salt []byte) (cipher.AEAD, error) {
	key, known := c.keys[id]
	if !known {
		return nil, fmt.Errorf("payload key %q is not known here", id)
	}
	derived, _ := hkdf.Key(sha256.New, key, salt, "doku-journeys payload", 32) // fails beyond 8,160 bytes only
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func authenticated(id string, head []byte) []byte {
	return bytes.Join([][]byte{{byte(len(id))}, []byte(id), head}, nil)
}

func each[T any](all []T, do func(T) (T, error)) ([]T, error) {
	done := make([]T, len(all))
	for i, one := range all {
		var err error
		if done[i], err = do(one); err != nil {
			return nil, err
		}
	}
	return done, nil
}
