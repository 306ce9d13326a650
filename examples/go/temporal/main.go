// An order from its page to its end, by Temporal's SDK for Go.
//
//	set -a; . .local/dev.env; set +a
//	go run -C examples/go ./temporal INV-2026-0006
package main

import (
	"cmp"
	"context"
	"fmt"
	"log"
	"os"
	"slices"
	"time"

	"github.com/google/uuid"
	"go.temporal.io/sdk/client"
)

var taskQueue = cmp.Or(os.Getenv("DOKU_TASK_QUEUE"), "doku-journeys")

var ends = []string{"paid", "cancelled", "refunded", "declined", "expired"}

// within bounds a call: without a deadline it waits for as long as no worker is there.
func within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 30*time.Second)
}

// until waits until the journey stands there, or has ended. Events (docs/events.md) tell it without asking.
func until(b backend, id, status string) (string, error) {
	for ; ; time.Sleep(time.Second) {
		ctx, cancel := within()
		var view struct{ Status string }
		err := b.query(ctx, id, "status", &view)
		cancel()
		if err != nil || view.Status == status || slices.Contains(ends, view.Status) {
			return view.Status, err
		}
	}
}

func acknowledge(b backend, id string) error {
	ctx, cancel := within()
	defer cancel()
	updateID := uuid.NewString()
	return b.untilHeard(ofUpdate("acknowledge", updateID), func(c client.Client) error {
		handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
			UpdateID: updateID, WorkflowID: id, UpdateName: "acknowledge", WaitForStage: client.WorkflowUpdateStageCompleted,
			Args: []any{"acknowledge"}, // its own name, encrypted, says who sent it
		})
		if err != nil {
			return err
		}
		var view struct{ Status string }
		return handle.Get(ctx, &view)
	})
}

func run(number string) error {
	codec, err := newCodec(os.Getenv("PAYLOAD_KEYS"))
	if err != nil {
		return err
	}
	c, err := client.Dial(optionsOf(codec))
	if err != nil {
		return fmt.Errorf("TEMPORAL_ADDRESS: %w: is it right, and is Temporal up there, as by npm start?", err)
	}
	defer c.Close()
	b := backend{c, codec}
	if err = check(b); err != nil {
		return err
	}
	page, err := redirect(b, purchase{
		PartnerReferenceNo: number,
		CustomerID:         cmp.Or(os.Getenv("DOKU_JOURNEYS_CUSTOMER_ID"), "customer-1001"),
		Amount:             money{"25000.00", "IDR"},
		ReturnURL:          cmp.Or(os.Getenv("DOKU_JOURNEYS_RETURN_URL"), "http://127.0.0.1:4780/shop/return"),
		PayWithin:          "30 minutes", // the default, which the digest is of as well
		AcknowledgeWithin:  "10 minutes", // or the payment goes back
	})
	if err != nil {
		return err
	}
	fmt.Println("Pay with PIN 123456:", page)
	id := "purchase/" + number
	status, err := until(b, id, "awaiting-acknowledgement")
	if err == nil && status == "awaiting-acknowledgement" {
		err = acknowledge(b, id) // you will deliver
	}
	var result struct{ Outcome string }
	if err == nil {
		err = b.resultOf(context.Background(), id, &result)
	}
	fmt.Println(number+":", result.Outcome)
	return err
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./temporal NUMBER, such as INV-2026-0006")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}
