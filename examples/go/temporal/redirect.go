package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

type money struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

type purchase struct {
	PartnerReferenceNo string `json:"partnerReferenceNo"`
	CustomerID         string `json:"customerId"`
	Amount             money  `json:"amount"`
	ReturnURL          string `json:"returnUrl"`
	PayWithin          string `json:"payWithin"`
	AcknowledgeWithin  string `json:"acknowledgeWithin"`
}

// digest is of the order with its defaults, so that another one under its number is refused.
func (order purchase) digest() (string, error) {
	text, err := json.Marshal(order)
	if err != nil {
		return "", err
	}
	var fields map[string]any // whose names are written in their order
	if err := json.Unmarshal(text, &fields); err != nil {
		return "", err
	}
	var plain bytes.Buffer
	encoder := json.NewEncoder(&plain)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(fields); err != nil {
		return "", err
	}
	sum := sha256.Sum256(bytes.TrimRight(plain.Bytes(), "\n"))
	return base64.RawURLEncoding.EncodeToString(sum[:]), nil
}

// check says, before the first order, whether a worker is there, and has this key.
func check(b backend) error {
	run, err := b.ExecuteWorkflow(context.Background(), client.StartWorkflowOptions{
		ID: "check/" + uuid.NewString(), TaskQueue: taskQueue, WorkflowExecutionTimeout: 10 * time.Second,
	}, "check", map[string]int{"contract": 1})
	if err == nil {
		var answer struct{ Contract int }
		err = b.resultOf(context.Background(), run.GetID(), &answer)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w: does a worker run, and are PAYLOAD_KEYS those of the workers? If npm start was started anew, load .local/dev.env again", taskQueue, err)
	}
	return err
}

// begin starts the purchase, or finds it, and has its page, in one round trip.
func begin(ctx context.Context, b backend, order purchase, reuse enums.WorkflowIdReusePolicy) (string, error) {
	digest, err := order.digest()
	if err != nil {
		return "", err
	}
	id, updateID := "purchase/"+order.PartnerReferenceNo, uuid.NewString()
	var answer struct{ WebRedirectURL string }
	err = b.untilHeard(ofUpdate("redirect", updateID), func(c client.Client) error {
		start := c.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID:                       id,
			TaskQueue:                taskQueue,
			WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			WorkflowIDReusePolicy:    reuse,
			TypedSearchAttributes: temporal.NewSearchAttributes(
				temporal.NewSearchAttributeKeyKeyword("JourneyStatus").ValueSet("awaiting-payment"),
				temporal.NewSearchAttributeKeyKeyword("CustomerId").ValueSet(order.CustomerID),
				temporal.NewSearchAttributeKeyKeyword("PartnerReferenceNo").ValueSet(order.PartnerReferenceNo),
			),
		}, "purchase", order)
		handle, err := c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: start,
			UpdateOptions: client.UpdateWorkflowOptions{
				// The workflow's ID is what its argument is encrypted for.
				UpdateID: updateID, WorkflowID: id, UpdateName: "redirect", WaitForStage: client.WorkflowUpdateStageCompleted,
				Args: []any{map[string]string{"inputDigest": digest}},
			},
		})
		if err != nil {
			return err
		}
		return handle.Get(ctx, &answer) // InvalidInput, InputMismatch, …: docs/protocol.md
	})
	return answer.WebRedirectURL, err
}

// redirect has the order's page. A mistake in the input has used up no number; all else has.
func redirect(b backend, order purchase) (string, error) {
	ctx, cancel := within()
	defer cancel()
	page, err := begin(ctx, b, order, enums.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
	var ended *serviceerror.WorkflowExecutionAlreadyStarted
	if !errors.As(err, &ended) {
		return page, err
	}
	id := "purchase/" + order.PartnerReferenceNo
	isUnused, err := b.hasDoneNothing(ctx, id)
	if err != nil {
		return "", err
	}
	if isUnused {
		return begin(ctx, b, order, enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY)
	}
	var result struct{ Outcome string }
	if err = b.resultOf(ctx, id, &result); err == nil {
		err = fmt.Errorf("%s has ended before, as %s: take another number", order.PartnerReferenceNo, result.Outcome)
	}
	return "", err
}
