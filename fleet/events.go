package fleet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Event is what AWS is going to do to an instance
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-instances-status-check_sched.html).
type Event struct {
	ID          string
	Code        string // "instance-reboot", "system-reboot", "system-maintenance", "instance-retirement" or "instance-stop"
	Description string
	NotBefore   time.Time // the earliest start
	NotAfter    time.Time // the latest end; the zero value where AWS does not tell
	Deadline    time.Time // until when the start can be put off; the zero value: it cannot
	Over        bool      // it has been completed or canceled; AWS shows it for up to a week
}

// Events reads the scheduled events of all instances of the account and region, by instance, each ordered by its start: those
// that are over too. It costs one DescribeInstanceStatus call for each 1,000 instances that have events.
func (v *Inventory) Events(ctx context.Context) (map[string][]Event, error) {
	var codes []string
	for _, code := range ec2types.EventCode("").Values() {
		codes = append(codes, string(code))
	}
	pages := ec2.NewDescribeInstanceStatusPaginator(v.ec2, &ec2.DescribeInstanceStatusInput{
		IncludeAllInstances: new(true),
		Filters:             []ec2types.Filter{{Name: new("event.code"), Values: codes}},
		MaxResults:          new(int32(pageSize)),
	})
	events := map[string][]Event{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read scheduled events: %w", err)
		}
		for _, status := range page.InstanceStatuses {
			id := aws.ToString(status.InstanceId)
			for _, event := range status.Events {
				events[id] = append(events[id], fromEvent(event))
			}
			slices.SortStableFunc(events[id], func(a, b Event) int { return a.NotBefore.Compare(b.NotBefore) })
		}
	}
	return events, nil
}

func fromEvent(in ec2types.InstanceStatusEvent) Event {
	out := Event{
		ID: aws.ToString(in.InstanceEventId), Code: string(in.Code), Description: aws.ToString(in.Description),
		NotBefore: aws.ToTime(in.NotBefore), NotAfter: aws.ToTime(in.NotAfter), Deadline: aws.ToTime(in.NotBeforeDeadline),
	}
	// AWS tells it in the description alone: viewing_scheduled_events.html.
	for _, prefix := range []string{"[Completed]", "[Canceled]"} {
		out.Over = out.Over || strings.HasPrefix(out.Description, prefix)
	}
	return out
}
