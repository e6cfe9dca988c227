package wire

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

func newSSM() *API {
	return &API{Name: "ssm", Protocol: JSON11, TargetPrefix: "AmazonSSM", Names: &Names{Requests: []Shape{
		{"CommandFilter", "key value"},
		{"InstanceInformationFilter", "key valueSet"},
		{"InstancePropertyFilter", "key valueSet"},
	}}}
}

func newSSMClient(cfg aws.Config) *ssm.Client { return ssm.NewFromConfig(cfg) }

func TestSSMRoundTrips(t *testing.T) {
	runTrips(t, newSSM, newSSMClient, []trip[*ssm.Client]{
		method("CancelCommand", (*ssm.Client).CancelCommand),
		method("DescribeInstanceInformation", (*ssm.Client).DescribeInstanceInformation),
		method("DescribeInstanceProperties", (*ssm.Client).DescribeInstanceProperties),
		method("GetCommandInvocation", (*ssm.Client).GetCommandInvocation),
		method("GetInventory", (*ssm.Client).GetInventory),
		method("ListCommandInvocations", (*ssm.Client).ListCommandInvocations),
		method("ListCommands", (*ssm.Client).ListCommands),
		method("SendCommand", (*ssm.Client).SendCommand),
	})
}
