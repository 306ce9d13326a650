package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

const (
	isFailure = 2
	isAnswer  = 3
)

// question is what an answer has to have been written for: whoever has no payload key can answer by copies alone (docs/protocol.md).
type question struct {
	as      string
	kinds   []byte
	refusal string // the type of a failure, as a worker has encrypted it: the one in the clear anybody could write
	copied  error
}

func tail(id string) string { return id[max(0, len(id)-12):] }

func ofUpdate(name, updateID string) string { return "u " + name + " " + tail(updateID) }
func ofQuery(name string) string            { return "q " + name }
func endOf(runID string) string             { return "r " + tail(runID) }

// hears each decrypted payload. An older worker wrote one byte alone, which is not taken here.
func (q *question) hears(payload *commonpb.Payload) error {
	as := payload.GetMetadata()["as"]
	if q == nil || len(as) == 0 || string(as[1:]) != q.as {
		err := errors.New("a copy of another answer came: whoever sent it has no payload key")
		if q != nil {
			q.copied = err
		}
		return err
	}
	q.kinds = append(q.kinds, as[0])
	var said struct{ Message, Type string }
	if as[0] == isFailure && json.Unmarshal(payload.Data, &said) == nil && said.Message != "" {
		q.refusal = said.Type
	}
	return nil
}

func (q *question) heardOnly(kind byte) bool {
	for _, one := range q.kinds {
		if one != kind {
			return false
		}
	}
	return len(q.kinds) > 0 && q.copied == nil
}

// backend asks each question by a client of its own, over one connection.
type backend struct {
	client.Client
	codec *payloadCodec
}

func optionsOf(codec *payloadCodec) client.Options {
	data := converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), codec)
	return client.Options{
		HostPort:      os.Getenv("TEMPORAL_ADDRESS"),
		Namespace:     os.Getenv("TEMPORAL_NAMESPACE"), // empty: default
		DataConverter: data,
		FailureConverter: temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{
			DataConverter: data, EncodeCommonAttributes: true,
		}),
	}
}

// ask takes no answer but that of one question.
func (b backend) ask(as string, what func(client.Client) error) (*question, error) {
	asked := &question{as: as}
	codec := *b.codec
	codec.asked = asked
	own, err := client.NewClientFromExisting(b.Client, optionsOf(&codec))
	if err != nil {
		return asked, err
	}
	defer own.Close()
	err = what(own)
	if asked.copied != nil || (err == nil && !asked.heardOnly(isAnswer)) {
		err = fmt.Errorf("%s: this was no answer: whoever sent it has no payload key (%w)", as, errors.Join(asked.copied, err))
	}
	return asked, err
}

func (b backend) query(ctx context.Context, id, name string, answer any) error {
	_, err := b.ask(ofQuery(name), func(c client.Client) error {
		said, err := c.QueryWorkflow(ctx, id, "", name)
		if err != nil {
			return err
		}
		return said.Get(answer)
	})
	return err
}
