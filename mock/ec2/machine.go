package ec2

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func (m machine) windows() bool { return strings.HasPrefix(m.Platform, "windows-") }

// billing is how an operating system is charged for.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html
type billing struct{ prefix, details, operation string }

var billings = []billing{
	{"windows-", "Windows", "RunInstances:0002"},
	{"rhel-", "Red Hat Enterprise Linux", "RunInstances:0010"},
	{"", "Linux/UNIX", "RunInstances"},
}

func (m machine) billing() billing {
	for _, b := range billings {
		if strings.HasPrefix(m.Platform, b.prefix) {
			return b
		}
	}
	return billing{}
}

func (m machine) platformDetails() string { return m.billing().details }

func (m machine) usageOperation() string { return m.billing().operation }

// bootMode: Windows and the older Linux images boot from a legacy BIOS, arm64 never does.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-boot.html
func (m machine) bootMode() types.BootModeValues {
	switch {
	case m.Arch == types.ArchitectureValuesArm64:
		return types.BootModeValuesUefi
	case m.windows() || m.Platform == "amazon-linux-2":
		return types.BootModeValuesLegacyBios
	}
	return types.BootModeValuesUefiPreferred
}

// imdsSupport says whether instances of the image take session tokens only by themselves.
// assumed: which images besides Amazon Linux 2023 say so.
func (m machine) imdsSupport() types.ImdsSupportValues {
	switch m.Platform {
	case "amazon-linux-2023", "ubuntu-24.04", "debian-12":
		return types.ImdsSupportValuesV20
	}
	return ""
}

// windowsPlatform is what the platform member holds on the wire: the SDK's constant is in
// capitals. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
const windowsPlatform types.PlatformValues = "windows"
