package main

import (
	"context"
	"errors"
	"fmt"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

var onlyThisRun = client.WorkflowRunGetOptions{DisableFollowingRuns: true}

// resultOf waits for the end of whichever run a journey goes on in.
func (b backend) resultOf(ctx context.Context, id string, result any) error {
	for {
		stands, err := b.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return err
		}
		run := stands.WorkflowExecutionInfo.Execution.RunId
		_, err = b.ask(endOf(run), func(c client.Client) error {
			return c.GetWorkflow(ctx, id, run).GetWithOptions(ctx, result, onlyThisRun)
		})
		if goesOn := new(workflow.ContinueAsNewError); !errors.As(err, &goesOn) {
			return err
		}
	}
}

// hasDoneNothing tells whether every run of the number was refused for its input: what has done anything may pay again.
func (b backend) hasDoneNothing(ctx context.Context, id string) (bool, error) {
	latest, err := b.DescribeWorkflowExecution(ctx, id, "")
	if err != nil {
		return false, err
	}
	listed, err := b.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{
		Query: fmt.Sprintf("WorkflowId = '%s'", id),
	})
	if err != nil {
		return false, err
	}
	runs := append(listed.Executions, latest.WorkflowExecutionInfo)
	for _, run := range runs {
		if run.Status != enums.WORKFLOW_EXECUTION_STATUS_FAILED || !b.wasRefused(ctx, id, run.Execution.RunId) {
			return false, nil
		}
	}
	return len(listed.NextPageToken) == 0, nil
}

// wasRefused goes by its worker's encrypted word alone: whoever reaches Temporal can have a run fail.
func (b backend) wasRefused(ctx context.Context, id, run string) bool {
	asked, err := b.ask(endOf(run), func(c client.Client) error {
		return c.GetWorkflow(ctx, id, run).GetWithOptions(ctx, nil, onlyThisRun)
	})
	var failure *temporal.ApplicationError
	return errors.As(err, &failure) && asked.heardOnly(isFailure) && asked.refusal == "InvalidInput"
}
