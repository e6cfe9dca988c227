package fleet

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Checks are the results of EC2's status checks, which run every minute
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html).
type Checks struct {
	System   string // "ok", "impaired", "initializing", "insufficient-data" or "not-applicable"
	Instance string // the same values
}

// OK reports whether both checks passed.
func (c Checks) OK() bool {
	ok := string(ec2types.SummaryStatusOk)
	return c.System == ok && c.Instance == ok
}

// idsPerStatus is how many ids DescribeInstanceStatus takes
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html). It has no filter by id.
const idsPerStatus = 100

// Checks reads the status checks of instances, by id. Those that do not run have none. One call for each 100 instances; an id
// that EC2 does not know fails it, which right after a launch is normal
// (https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html).
func (v *Inventory) Checks(ctx context.Context, ids []string) (map[string]Checks, error) {
	checks := make(map[string]Checks, len(ids))
	for chunk := range slices.Chunk(ids, idsPerStatus) {
		// No MaxResults: it may not stand beside ids.
		pages := ec2.NewDescribeInstanceStatusPaginator(v.ec2, &ec2.DescribeInstanceStatusInput{InstanceIds: chunk})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("read the status checks of %d instances: %w", len(ids), err)
			}
			for _, status := range page.InstanceStatuses {
				checks[aws.ToString(status.InstanceId)] = fromStatus(status)
			}
		}
	}
	return checks, nil
}

func fromStatus(in ec2types.InstanceStatus) Checks {
	var checks Checks
	if in.SystemStatus != nil {
		checks.System = string(in.SystemStatus.Status)
	}
	if in.InstanceStatus != nil {
		checks.Instance = string(in.InstanceStatus.Status)
	}
	return checks
}
