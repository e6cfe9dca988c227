package patch

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

const (
	// statesPerCall is how many instance ids DescribeInstancePatchStates takes, and patchesPerPage how many packages
	// DescribeInstancePatches gives (API reference, InstanceIds and MaxResults).
	statesPerCall  = 50
	patchesPerPage = 100
	// width is how many calls are under way at the same time: SSM publishes no rate for them.
	width = 8
)

// Reader reads the reports of Patch Manager in one account and region. It may be used from several goroutines at once.
type Reader struct {
	client *ssm.Client
}

// NewReader returns a Reader that calls SSM with the given configuration. It makes no call.
func NewReader(cfg aws.Config) *Reader { return &Reader{client: ssm.NewFromConfig(cfg)} }

// States returns the last reports of machines, by id, with a call for each 50. A machine that was never scanned is absent.
func (r *Reader) States(ctx context.Context, ids []string) (map[string]State, error) {
	chunks := slices.Collect(slices.Chunk(ids, statesPerCall))
	answers := make([][]types.InstancePatchState, len(chunks))
	err := each(ctx, len(chunks), func(ctx context.Context, n int) error {
		pages := ssm.NewDescribeInstancePatchStatesPaginator(r.client, &ssm.DescribeInstancePatchStatesInput{InstanceIds: chunks[n], MaxResults: new(int32(patchesPerPage))})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return fmt.Errorf("read the patch states of %d machines: %w", len(chunks[n]), err)
			}
			answers[n] = append(answers[n], page.InstancePatchStates...)
		}
		return nil
	})
	states := make(map[string]State, len(ids))
	for _, answer := range answers {
		for _, s := range answer {
			states[value(s.InstanceId)] = stateOf(s)
		}
	}
	return states, err
}

// Patches returns the packages of a machine's last report that are in one of the given states, in the report's order, with
// a call for each 100. No states mean all.
func (r *Reader) Patches(ctx context.Context, id string, states ...PatchState) ([]Patch, error) {
	in := &ssm.DescribeInstancePatchesInput{InstanceId: &id, MaxResults: new(int32(patchesPerPage))}
	if len(states) > 0 {
		values := make([]string, len(states))
		for i, s := range states {
			values[i] = string(s)
		}
		in.Filters = []types.PatchOrchestratorFilter{{Key: new("State"), Values: values}}
	}
	var patches []Patch
	pages := ssm.NewDescribeInstancePatchesPaginator(r.client, in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the patches of %s: %w", id, err)
		}
		for _, p := range page.Patches {
			patches = append(patches, patchOf(p))
		}
	}
	return patches, nil
}

// PatchesOf reads the packages of several machines, each as Patches does, some at a time.
func (r *Reader) PatchesOf(ctx context.Context, ids []string, states ...PatchState) (map[string][]Patch, error) {
	answers := make([][]Patch, len(ids))
	err := each(ctx, len(ids), func(ctx context.Context, n int) (err error) {
		answers[n], err = r.Patches(ctx, ids[n], states...)
		return err
	})
	out := make(map[string][]Patch, len(ids))
	for n, id := range ids {
		out[id] = answers[n]
	}
	return out, err
}

// each calls f for 0 to n-1, some at a time, and returns the first error in order; after one no further call begins.
func each(parent context.Context, n int, f func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	errs := make([]error, n)
	slots := make(chan struct{}, width)
	var calls sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		calls.Go(func() {
			defer func() { <-slots }()
			if errs[i] = f(ctx, i); errs[i] != nil {
				cancel()
			}
		})
	}
	calls.Wait()
	if err := firstCause(errs); err != nil {
		return err
	}
	return context.Cause(parent)
}

// firstCause is the first error that is not the end of the others' context, else the first.
func firstCause(errs []error) error {
	ended := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if ended < 0 {
		return nil
	}
	if cause := slices.IndexFunc(errs, func(err error) bool { return err != nil && !ctxEnded(err) }); cause >= 0 {
		return errs[cause]
	}
	return errs[ended]
}
