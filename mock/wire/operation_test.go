package wire_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/mock/wire"
)

func TestFieldsAreSorted(t *testing.T) {
	op := accept[ec2.StopInstancesInput, ec2.StopInstancesOutput]("InstanceIds", "DryRun")
	if got, want := op.Fields(), []string{"DryRun", "InstanceIds"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestHandlePanicsOnAFieldThatTheInputLacks(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("it did not panic")
		}
	}()
	accept[ec2.StopInstancesInput, ec2.StopInstancesOutput]("InstanceId")
}

func TestHandlerMayReturnNoOutput(t *testing.T) {
	out, err := newEC2Client(config(acceptingEC2())).StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{"i-1"}})
	if err != nil || out == nil {
		t.Errorf("got %v, %v", out, err)
	}
}

func TestHandlerGetsTheCallersContext(t *testing.T) {
	type key struct{}
	api := newSTS()
	api.Operations = map[string]wire.Operation{"GetCallerIdentity": wire.Handle(
		func(ctx context.Context, _ *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
			return &sts.GetCallerIdentityOutput{Account: new(ctx.Value(key{}).(string))}, nil
		})}
	out, err := newSTSClient(config(api)).GetCallerIdentity(context.WithValue(t.Context(), key{}, "1"), nil)
	if err != nil || *out.Account != "1" {
		t.Errorf("got %v, %v", out, err)
	}
}

func TestCheck(t *testing.T) {
	for _, tt := range []struct {
		name string
		api  *wire.API
		op   wire.Operation
		want string
	}{
		{"good", newEC2(), accept[ec2.RunInstancesInput, ec2.RunInstancesOutput](), ""},
		{"no table", &wire.API{}, accept[ec2.RunInstancesInput, ec2.RunInstancesOutput](), "input of X: ec2.RunInstancesInput is not in the table"},
		{"input not in the table", newEC2(), accept[ec2.CreateVpcInput, ec2.RunInstancesOutput](), "input of X: ec2.CreateVpcInput is not in the table"},
		{"output not in the table", newEC2(), accept[ec2.RunInstancesInput, ec2.CreateVpcOutput](), "output of X: ec2.CreateVpcOutput is not in the table"},
		{"union", newSSM(), accept[ssm.ListNodesInput, ssm.ListNodesOutput](), "types.NodeType cannot be carried on the wire"},
	} {
		tt.api.Operations = map[string]wire.Operation{"X": tt.op}
		for range 2 { // what is left of a first attempt must not pass for good
			err := tt.api.Check()
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
			}
		}
	}
}
