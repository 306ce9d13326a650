package main

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// again says nothing of the journey, which may yet take the update (docs/protocol.md).
var again = []string{"HandedOver", "Stale", "TooManyWaiting", "AcceptedUpdateCompletedWorkflow", "UnprocessedUpdate"}

// untilHeard sends an update until it is known what became of it, with the one ID each time, so that it happens once.
func (b backend) untilHeard(as string, send func(client.Client) error) error {
	for _, pause := range []time.Duration{200, 500, 1000, 2000} {
		_, err := b.ask(as, send)
		var failure *temporal.ApplicationError
		var stopping *serviceerror.FailedPrecondition
		isRefused := errors.As(err, &failure) && slices.Contains(again, failure.Type())
		if !isRefused && !errors.As(err, &stopping) {
			return err
		}
		time.Sleep(pause * time.Millisecond)
	}
	_, err := b.ask(as, send)
	return err
}
