package ec2_test

import (
	"net/http"
	"strings"
	"testing"

	"errors"
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock"
)

// impatient is a client that tries once: EC2 answers missing capacity with status 500.
func (r rig) impatient() *ec2api.Client {
	return ec2api.NewFromConfig(r.Config(), func(o *ec2api.Options) { o.Retryer = aws.NopRetryer{} })
}

func (r rig) limit(c mock.Capacity) {
	r.Helper()
	if err := r.SetCapacity(mock.Here, c); err != nil {
		r.Fatal(err)
	}
}

func inZone(zone string) func(*ec2api.RunInstancesInput) {
	return func(in *ec2api.RunInstancesInput) { in.Placement = &types.Placement{AvailabilityZone: &zone} }
}

func wantText(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want one that says %q", err, want)
	}
}

func TestAZoneWithoutCapacity(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.ec2 = r.impatient()
	r.limit(mock.Capacity{Type: "t3.micro", Zone: "us-east-1a"})
	_, err := r.run("web", inZone("us-east-1a"))
	wantCode(t, err, "InsufficientInstanceCapacity")
	wantText(t, err, "We currently do not have sufficient t3.micro capacity in the Availability Zone you requested (us-east-1a). Our system will be working on provisioning additional capacity. "+
		"You can currently get t3.micro capacity by not specifying an Availability Zone in your request or choosing us-east-1b, us-east-1c, us-east-1d, us-east-1e, us-east-1f.")
	if status, ok := errors.AsType[*awshttp.ResponseError](err); !ok || status.HTTPStatusCode() != http.StatusInternalServerError {
		t.Errorf("status of %v", err)
	}
	for range 8 { // without a zone EC2 finds one of the others
		if i, err := r.run("web", nil); err != nil || *i.Placement.AvailabilityZone == "us-east-1a" {
			t.Errorf("launched %v, %v", i.Placement, err)
		}
	}
	_, err = r.run("web", func(in *ec2api.RunInstancesInput) { inZone("us-east-1a")(in); in.DryRun = new(true) })
	wantCode(t, err, "DryRunOperation")
}

func TestCapacityRunsOutAndComesBack(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.ec2 = r.impatient()
	r.limit(mock.Capacity{Type: "t3.micro", Left: 3})
	some := func(least, most int32) (int, error) {
		out, err := r.ec2.RunInstances(t.Context(), fromTemplate(func(in *ec2api.RunInstancesInput) { in.MinCount, in.MaxCount = &least, &most }))
		if err != nil {
			return 0, err
		}
		return len(out.Instances), nil
	}
	_, err := some(4, 4)
	wantCode(t, err, "InsufficientInstanceCapacity")
	wantText(t, err, "sufficient t3.micro capacity in zones with support for 'gp3' volumes")
	if n, err := some(1, 10); n != 3 || err != nil {
		t.Errorf("launched %d, %v", n, err)
	}
	_, err = some(1, 1)
	wantCode(t, err, "InsufficientInstanceCapacity")
	out, err := r.ec2.DescribeInstances(t.Context(), &ec2api.DescribeInstancesInput{Filters: []types.Filter{{Name: new("tag:aws:ec2launchtemplate:version"), Values: []string{"1"}}}})
	if err != nil {
		t.Fatal(err)
	}
	id := *out.Reservations[0].Instances[0].InstanceId
	if _, err := r.ec2.StopInstances(t.Context(), &ec2api.StopInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Fatal(err)
	}
	if n, err := some(1, 1); n != 1 || err != nil { // in the stopped one's place
		t.Errorf("launched %d, %v", n, err)
	}
	_, err = r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}})
	wantCode(t, err, "InsufficientInstanceCapacity")
	wantText(t, err, "Insufficient capacity.")
	if got := r.Capacities(mock.Here)[0].Left; got != 0 {
		t.Errorf("%d left", got)
	}
	r.ClearCapacity(mock.Here)
	if _, err := r.ec2.StartInstances(t.Context(), &ec2api.StartInstancesInput{InstanceIds: []string{id}}); err != nil {
		t.Error(err)
	}
}

func TestATypeThatAZoneDoesNotHave(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	r.limit(mock.Capacity{Type: "t3.micro", Zone: "us-east-1e", NotOffered: true})
	_, err := r.run("web", inZone("us-east-1e"))
	wantCode(t, err, "Unsupported")
	wantText(t, err, "Your requested instance type (t3.micro) is not supported in your requested Availability Zone (us-east-1e). Please retry your request by not specifying an Availability Zone or choosing us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f.")
}

func TestQuota(t *testing.T) {
	r := newRig(t)
	r.seed(1) // two virtual processors
	if err := r.SetQuota(mock.Here, mock.Quota{OnDemandVCPUs: 4}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.run("web", nil); err != nil {
		t.Error(err)
	}
	_, err := r.run("web", nil)
	wantCode(t, err, "VcpuLimitExceeded")
	wantText(t, err, "your current vCPU limit of 4 allows")
}

func TestCapacityIsChecked(t *testing.T) {
	r := newRig(t)
	for name, c := range map[string]mock.Capacity{
		"an unknown type": {Type: "z9.huge"}, "a zone of elsewhere": {Zone: "eu-west-1a"}, "less than nothing": {Left: -1}, "an unknown market": {Market: "flea"},
	} {
		if err := r.SetCapacity(mock.Here, c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
