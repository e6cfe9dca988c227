package command

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// maxLooks is how many looks at the results of a command that has ended may leave a node without one. They may be
// missing for a moment: the list of invocations lags behind the command.
const maxLooks = 10

// fetched is one reading of a command's results.
type fetched struct {
	results []Result
	open    []types.CommandInvocation // of nodes that have not ended
	err     error
}

// collect yields the results of the commands that have ended, in the order of the plan. A chunk of them is read side by
// side and yielded before the next, so that the results of a large fleet are never all in memory.
func (r *run) collect(ctx context.Context) error {
	ended := slices.DeleteFunc(slices.Clone(r.flights), func(f *flight) bool { return !f.complete })
	for chunk := range slices.Chunk(ended, width) {
		answers := sideBySide(chunk, func(f *flight) fetched { return r.fetch(ctx, f) })
		for i, f := range chunk {
			if err := answers[i].err; err != nil {
				return fmt.Errorf("read the results of command %s: %w", f.id, err)
			}
			r.land(f, answers[i])
		}
	}
	return nil
}

// fetch reads the results of one command, page by page until every node that is waited for has been seen.
func (r *run) fetch(ctx context.Context, f *flight) fetched {
	var answer fetched
	missing := len(f.pending)
	pages := ssm.NewListCommandInvocationsPaginator(r.client, &ssm.ListCommandInvocationsInput{
		CommandId:  &f.id,
		Details:    true,
		MaxResults: new(int32(pageSize)),
	})
	for pages.HasMorePages() && missing > 0 {
		page, err := pages.NextPage(ctx)
		if err != nil {
			if !notYetListed(err) {
				answer.err = err
			}
			return answer
		}
		for _, invocation := range page.CommandInvocations {
			target, waited := f.pending[value(invocation.InstanceId)]
			if !waited {
				continue
			}
			missing--
			result := resultOf(target, invocation)
			if result.Outcome == Unknown {
				answer.open = append(answer.open, invocation)
				continue
			}
			answer.results = append(answer.results, r.uncut(ctx, result))
		}
	}
	return answer
}

// uncut gets the streams of a result whose listed output was cut, or of every one where that is wanted: of each step by
// itself where there are several. If they cannot be had, the listed output stands.
func (r *run) uncut(ctx context.Context, result Result) Result {
	if len(result.Steps) == 0 {
		step := Step{ExitCode: result.ExitCode, Stdout: result.Stdout, Stderr: result.Stderr, Truncated: result.Truncated}
		r.uncutStep(ctx, result, &step)
		result.Stdout, result.Stderr, result.Truncated = step.Stdout, step.Stderr, step.Truncated
		return result
	}
	for n := range result.Steps {
		if !result.Steps[n].Skipped {
			r.uncutStep(ctx, result, &result.Steps[n])
		}
	}
	result.sum()
	return result
}

func (r *run) uncutStep(ctx context.Context, result Result, step *Step) {
	if !step.Truncated && !r.wholeStreams {
		return
	}
	in := &ssm.GetCommandInvocationInput{CommandId: &result.CommandID, InstanceId: &result.InstanceID}
	if step.Name != "" {
		in.PluginName = &step.Name
	}
	out, err := r.client.GetCommandInvocation(ctx, in)
	if err != nil {
		return
	}
	step.Stdout = value(out.StandardOutputContent)
	step.Stderr = value(out.StandardErrorContent)
	step.Truncated = isStreamCut(step.Stdout, maxStdout) || isStreamCut(step.Stderr, maxStderr)
}

// land yields the results of a command that has ended, and takes it off the list when no node is left.
func (r *run) land(f *flight, answer fetched) {
	r.yieldResults(f, answer)
	if f.looks++; f.looks >= maxLooks {
		r.abandon(f)
	}
	if len(f.pending) == 0 {
		r.retire(f)
	}
}

// yieldResults yields the results that are there, in the order of the plan.
func (r *run) yieldResults(f *flight, answer fetched) {
	byID := make(map[string]Result, len(answer.results))
	for _, result := range answer.results {
		byID[result.InstanceID] = result
	}
	for _, invocation := range answer.open {
		f.last[value(invocation.InstanceId)] = invocation
	}
	for _, target := range f.order {
		if result, ok := byID[target.InstanceID]; ok && f.isPending(target) {
			delete(f.pending, target.InstanceID)
			r.done(result)
		}
	}
}

func (f *flight) isPending(target Target) bool {
	_, pending := f.pending[target.InstanceID]
	return pending
}

// abandon yields what is known of the nodes that have no result.
func (r *run) abandon(f *flight) {
	for _, target := range f.order {
		if f.isPending(target) {
			delete(f.pending, target.InstanceID)
			result := resultOf(target, f.last[target.InstanceID])
			result.CommandID = f.id
			r.done(result)
		}
	}
}

func (r *run) retire(f *flight) {
	r.tally.landedErrors += f.errors
	r.tally.landed += len(f.order)
	r.tally.commands++
	r.flights = slices.DeleteFunc(r.flights, func(other *flight) bool { return other == f })
}
