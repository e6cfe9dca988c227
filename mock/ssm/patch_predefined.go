package ssm

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// predefinedBaseline is one of AWS's own baselines as a row of the table below.
type predefinedBaseline struct {
	id, name, description string
	os                    types.OperatingSystem
	asDefault             bool
	rules                 [][]types.PatchFilter
	nonSecurity           bool
}

func filter(key types.PatchFilterKey, values ...string) types.PatchFilter {
	return types.PatchFilter{Key: key, Values: values}
}

var (
	anyProduct = filter(types.PatchFilterKeyProduct, "*")
	// securityAndBugfix are Security of two severities, and all of Bugfix.
	securityAndBugfix = func(severities ...string) [][]types.PatchFilter {
		return [][]types.PatchFilter{
			{filter(types.PatchFilterKeyClassification, "Security"), filter(types.PatchFilterKeySeverity, severities...)},
			{filter(types.PatchFilterKeyClassification, "Bugfix")},
		}
	}
	debianRules  = [][]types.PatchFilter{{filter(types.PatchFilterKeyPriority, "Required", "Important", "Standard", "Optional", "Extra")}}
	windowsRules = [][]types.PatchFilter{{filter(types.PatchFilterKeyClassification, "CriticalUpdates", "SecurityUpdates"), filter(types.PatchFilterKeyMsrcSeverity, "Critical", "Important")}}
)

// predefinedBaselines are AWS's own, with the rules that the user guide gives.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-predefined-and-custom-patch-baselines.html
// The ids are those of us-east-1 where they stand in writing (the answer of
// describe-patch-baselines in AWS's own CLI examples; the Quick Setup API reference).
// assumed: the ids of Amazon Linux 2022, Raspbian and the two younger ones of Windows,
// and that all regions have the same ids.
var predefinedBaselines = []predefinedBaseline{
	{"pb-0cb0c4966f86b059b", "AWS-AlmaLinuxDefaultPatchBaseline", "Default Patch Baseline for Alma Linux Provided by AWS.", types.OperatingSystemAlmaLinux, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-0be8c61cde3be63f3", "AWS-AmazonLinux2DefaultPatchBaseline", "Baseline containing all Security and Bugfix updates approved for Amazon Linux 2 instances", types.OperatingSystemAmazonLinux2, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-0028ca011460d5eaf", "AWS-AmazonLinux2022DefaultPatchBaseline", "Default Patch Baseline for Amazon Linux 2022 Provided by AWS.", types.OperatingSystemAmazonLinux2022, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-05c9c9bf778d4c4d0", "AWS-AmazonLinux2023DefaultPatchBaseline", "Default Patch Baseline for Amazon Linux 2023 Provided by AWS.", types.OperatingSystemAmazonLinux2023, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-0c10e657807c7a700", "AWS-AmazonLinuxDefaultPatchBaseline", "Default Patch Baseline for Amazon Linux Provided by AWS.", types.OperatingSystemAmazonLinux, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-03e3f588eec25344c", "AWS-CentOSDefaultPatchBaseline", "Default Patch Baseline for CentOS Provided by AWS.", types.OperatingSystemCentOS, true, [][]types.PatchFilter{{anyProduct}}, true},
	{"pb-09a5f8eb62bde80b1", "AWS-DebianDefaultPatchBaseline", "Default Patch Baseline for Debian Provided by AWS.", types.OperatingSystemDebian, true, debianRules, false},
	{"pb-09ca3fb51f0412ec3", "AWS-DefaultPatchBaseline", "Default Patch Baseline Provided by AWS.", types.OperatingSystemWindows, true, windowsRules, false},
	{"pb-0ee4f94581368c0d4", "AWS-MacOSDefaultPatchBaseline", "Default Patch Baseline for MacOS Provided by AWS.", types.OperatingSystemMacOS, true, [][]types.PatchFilter{{anyProduct}}, false},
	{"pb-06bff38e95fe85c02", "AWS-OracleLinuxDefaultPatchBaseline", "Default Patch Baseline for Oracle Linux Server Provided by AWS.", types.OperatingSystemOracleLinux, true, securityAndBugfix("Important", "Moderate"), false},
	{"pb-0a1c6a7a7d4a2c7c1", "AWS-DefaultRaspbianPatchBaseline", "Default Patch Baseline for Raspbian Provided by AWS.", types.OperatingSystemRaspbian, true, debianRules, false},
	{"pb-0cbb3a633de00f07c", "AWS-RedHatDefaultPatchBaseline", "Default Patch Baseline for Redhat Enterprise Linux Provided by AWS.", types.OperatingSystemRedhatEnterpriseLinux, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-03ec98bc512aa3ac0", "AWS-RockyLinuxDefaultPatchBaseline", "Default Patch Baseline for Rocky Linux Provided by AWS.", types.OperatingSystemRockyLinux, true, securityAndBugfix("Critical", "Important"), false},
	{"pb-07d8884178197b66b", "AWS-SuseDefaultPatchBaseline", "Default Patch Baseline for Suse Provided by AWS.", types.OperatingSystemSuse, true, [][]types.PatchFilter{{filter(types.PatchFilterKeyClassification, "Security"), filter(types.PatchFilterKeySeverity, "Critical", "Important")}}, false},
	{"pb-0c7e89f711c3095f4", "AWS-UbuntuDefaultPatchBaseline", "Default Patch Baseline for Ubuntu Provided by AWS.", types.OperatingSystemUbuntu, true, debianRules, false},
	{"pb-0d3a1e7f5c9b24680", "AWS-WindowsPredefinedPatchBaseline-OS", "Predefined Patch Baseline for Windows OS Provided by AWS.", types.OperatingSystemWindows, false, windowsRules, false},
	{"pb-0e4b2f806dac35791", "AWS-WindowsPredefinedPatchBaseline-OS-Applications", "Predefined Patch Baseline for Windows OS and Applications Provided by AWS.", types.OperatingSystemWindows, false, windowsRules, false},
}

// baselineOwners are AWS's accounts that own the baselines of a region, from the same
// pages. assumed: us-east-1's account for the others.
func baselineOwner(region string) string {
	if region == "us-east-2" {
		return "733109147000"
	}
	return "075727635805"
}

// predefinedSince is when they were made, as the snapshot of one shows
// (github.com/tekumara/aws-ssm-patch-manager, README).
var predefinedSince = time.UnixMilli(1525194800068).UTC()

// predefinedOf makes AWS's baselines of a region. Patches are approved seven days after
// their release; where a distribution has no dates, the days mean nothing.
func predefinedOf(region string) []*baseline {
	out := make([]*baseline, 0, len(predefinedBaselines))
	for i, p := range predefinedBaselines {
		b := &baseline{
			Seq: int64(i), ID: fmt.Sprintf("arn:aws:ssm:%s:%s:patchbaseline/%s", region, baselineOwner(region), p.id), Name: p.name, Description: p.description, OS: p.os,
			GlobalFilters: []types.PatchFilter{anyProduct}, ApprovedLevel: types.PatchComplianceLevelUnspecified, RejectedAction: types.PatchActionAllowAsDependency,
			Created: predefinedSince, Modified: predefinedSince, predefined: true, asDefault: p.asDefault,
		}
		for _, filters := range p.rules {
			b.Rules = append(b.Rules, types.PatchRule{
				PatchFilterGroup: &types.PatchFilterGroup{PatchFilters: filters}, ApproveAfterDays: new(int32(7)),
				ComplianceLevel: types.PatchComplianceLevelUnspecified, EnableNonSecurity: new(p.nonSecurity),
			})
		}
		out = append(out, b)
	}
	return out
}
