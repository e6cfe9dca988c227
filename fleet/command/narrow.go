package command

import (
	"context"
	"errors"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

func isInvalidInstance(err error) bool {
	_, invalid := errors.AsType[*types.InvalidInstanceId](err)
	return invalid
}

// narrow finds out which nodes made SSM refuse a whole batch, leaves them out and lets the rest go
// again. SSM's message names them, or is empty. Where it names none, the nodes' ping status is read again, once per
// batch; where that explains nothing, the batch is halved. So a batch of n nodes costs at most 2n calls more, and about
// 2 log n where a single node is to blame.
func (r *run) narrow(ctx context.Context, p parcel, refusal error) {
	bad := namedIn(refusal, p.Targets)
	reason := "SSM does not take it: not in a valid state for Run Command"
	if len(bad) == 0 && len(p.Targets) > 1 && !p.asked {
		p.asked = true
		bad = r.offline(ctx, p.Targets)
		reason = "SSM does not reach it any more"
	}
	switch {
	case len(bad) > 0:
		r.skip(bad, reason)
		p.Targets = slices.DeleteFunc(slices.Clone(p.Targets), func(t Target) bool { return slices.Contains(bad, t) })
		if len(p.Targets) > 0 {
			r.requeue(p)
		}
	case len(p.Targets) == 1:
		r.skip(p.Targets, reason)
	default:
		r.requeue(halves(p)...)
	}
}

// namedIn gives the targets whose ids stand in SSM's message: "Instances [[i-a, i-b]] not in a valid state for account …".
// Only the ids are read, and only those that we sent; the words around them may change.
func namedIn(refusal error, targets []Target) []Target {
	invalid, _ := errors.AsType[*types.InvalidInstanceId](refusal)
	ids := regexp.MustCompile(`\bm?i-[0-9a-f]+\b`).FindAllString(value(invalid.Message), -1)
	return slices.DeleteFunc(slices.Clone(targets), func(t Target) bool { return !slices.Contains(ids, t.InstanceID) })
}

// offline gives the targets that SSM does not list as online. When it cannot be asked, it gives none: halving the
// batch finds the same nodes with more calls.
func (r *run) offline(ctx context.Context, targets []Target) []Target {
	ids := make([]string, len(targets))
	for i, target := range targets {
		ids[i] = target.InstanceID
	}
	online := make(map[string]bool, len(ids))
	pages := ssm.NewDescribeInstanceInformationPaginator(r.client, &ssm.DescribeInstanceInformationInput{
		Filters:    []types.InstanceInformationStringFilter{{Key: new("InstanceIds"), Values: ids}},
		MaxResults: new(int32(maxBatch)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil
		}
		for _, info := range page.InstanceInformationList {
			online[value(info.InstanceId)] = info.PingStatus == types.PingStatusOnline
		}
	}
	return slices.DeleteFunc(slices.Clone(targets), func(t Target) bool { return online[t.InstanceID] })
}

// halves divides a parcel in two, with marks of their own: 3 becomes 3a and 3b.
func halves(p parcel) []parcel {
	middle := len(p.Targets) / 2
	first, second := p, p
	first.Mark, second.Mark = p.Mark+"a", p.Mark+"b"
	first.Targets, second.Targets = p.Targets[:middle:middle], p.Targets[middle:]
	return []parcel{first, second}
}
