package wire_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/mock/wire"
	ec2names "github.com/musterhq/muster/mock/wire/internal/gen/testdata/ec2"
	ssmnames "github.com/musterhq/muster/mock/wire/internal/gen/testdata/ssm"
	stsnames "github.com/musterhq/muster/mock/wire/internal/gen/testdata/sts"
)

func newEC2() *wire.API {
	return &wire.API{
		Name: "ec2", Protocol: wire.EC2Query, Namespace: "http://ec2.amazonaws.com/doc/2016-11-15/", Names: ec2names.Names(),
	}
}

func newSSM() *wire.API {
	return &wire.API{Name: "ssm", Protocol: wire.JSON11, TargetPrefix: "AmazonSSM", Names: ssmnames.Names()}
}

func newSTS() *wire.API {
	return &wire.API{
		Name: "sts", Protocol: wire.AWSQuery, Namespace: "https://sts.amazonaws.com/doc/2011-06-15/", Names: stsnames.Names(),
	}
}

func newEC2Client(cfg aws.Config) *ec2.Client { return ec2.NewFromConfig(cfg) }
func newSSMClient(cfg aws.Config) *ssm.Client { return ssm.NewFromConfig(cfg) }
func newSTSClient(cfg aws.Config) *sts.Client { return sts.NewFromConfig(cfg) }

func TestEC2RoundTrips(t *testing.T) {
	runTrips(t, newEC2, newEC2Client, []trip[*ec2.Client]{
		method("BundleInstance", (*ec2.Client).BundleInstance), // a blob in the answer
		method("CreateFleet", (*ec2.Client).CreateFleet),
		method("CreateLaunchTemplate", (*ec2.Client).CreateLaunchTemplate),
		method("CreateLaunchTemplateVersion", (*ec2.Client).CreateLaunchTemplateVersion),
		method("CreateTags", (*ec2.Client).CreateTags),
		method("DeleteLaunchTemplate", (*ec2.Client).DeleteLaunchTemplate),
		method("DeleteTags", (*ec2.Client).DeleteTags),
		method("DescribeAvailabilityZones", (*ec2.Client).DescribeAvailabilityZones),
		method("DescribeImages", (*ec2.Client).DescribeImages),
		method("DescribeInstanceAttribute", (*ec2.Client).DescribeInstanceAttribute),
		method("DescribeInstanceStatus", (*ec2.Client).DescribeInstanceStatus),
		method("DescribeInstanceTypes", (*ec2.Client).DescribeInstanceTypes),
		method("DescribeInstances", (*ec2.Client).DescribeInstances),
		method("DescribeLaunchTemplateVersions", (*ec2.Client).DescribeLaunchTemplateVersions),
		method("DescribeLaunchTemplates", (*ec2.Client).DescribeLaunchTemplates),
		method("DescribeRegions", (*ec2.Client).DescribeRegions),
		method("DescribeSecurityGroups", (*ec2.Client).DescribeSecurityGroups),
		method("DescribeSubnets", (*ec2.Client).DescribeSubnets),
		method("DescribeTags", (*ec2.Client).DescribeTags),
		method("DescribeVpcs", (*ec2.Client).DescribeVpcs),
		method("ImportKeyPair", (*ec2.Client).ImportKeyPair), // a blob in the request
		method("ModifyInstanceAttribute", (*ec2.Client).ModifyInstanceAttribute),
		method("RebootInstances", (*ec2.Client).RebootInstances),
		method("RunInstances", (*ec2.Client).RunInstances),
		method("StartInstances", (*ec2.Client).StartInstances),
		method("StopInstances", (*ec2.Client).StopInstances),
		method("TerminateInstances", (*ec2.Client).TerminateInstances),
	})
}

func TestSSMRoundTrips(t *testing.T) {
	runTrips(t, newSSM, newSSMClient, []trip[*ssm.Client]{
		method("CancelCommand", (*ssm.Client).CancelCommand),
		method("CreateActivation", (*ssm.Client).CreateActivation), // a time in the request
		method("DescribeInstanceInformation", (*ssm.Client).DescribeInstanceInformation),
		method("DescribeInstanceProperties", (*ssm.Client).DescribeInstanceProperties),
		method("GetCommandInvocation", (*ssm.Client).GetCommandInvocation),
		method("GetInventory", (*ssm.Client).GetInventory),                         // its types contain themselves
		method("GetMaintenanceWindowTask", (*ssm.Client).GetMaintenanceWindowTask), // a blob in the answer
		method("ListCommandInvocations", (*ssm.Client).ListCommandInvocations),
		method("ListCommands", (*ssm.Client).ListCommands),
		method("RegisterTaskWithMaintenanceWindow", (*ssm.Client).RegisterTaskWithMaintenanceWindow), // a blob in the request
		method("SendCommand", (*ssm.Client).SendCommand),
		method("UpdateOpsItem", (*ssm.Client).UpdateOpsItem), // a map of structures
	})
}

func TestSTSRoundTrips(t *testing.T) {
	runTrips(t, newSTS, newSTSClient, []trip[*sts.Client]{
		method("AssumeRole", (*sts.Client).AssumeRole),
		method("GetCallerIdentity", (*sts.Client).GetCallerIdentity),
	})
}
