package node

import "strings"

// The ids of the Windows platforms.
const (
	windows2019 = "windows-2019"
	windows2022 = "windows-2022"
	windows2025 = "windows-2025"
)

// windowsPlatforms are the Windows machines that can be simulated: Amazon's images. The
// builds are Microsoft's; assumed: the updates that the images have.
var windowsPlatforms = map[string]Platform{
	windows2019: {ID: windows2019, Name: "Microsoft Windows Server 2019 Datacenter", Version: "10.0.17763", Release: "10.0.17763.7678"},
	windows2022: {ID: windows2022, Name: "Microsoft Windows Server 2022 Datacenter", Version: "10.0.20348", Release: "10.0.20348.4052"},
	windows2025: {ID: windows2025, Name: "Microsoft Windows Server 2025 Datacenter", Version: "10.0.26100", Release: "10.0.26100.4946"},
}

// Windows says whether the platform is a Windows: its machines run PowerShell and no
// shell.
func (p Platform) Windows() bool { return strings.HasPrefix(p.ID, "windows-") }

// ComputerName is the name that Amazon's Windows images give themselves, from the
// instance's id. assumed: that it is made from the id; it is random.
func (c Config) ComputerName() string {
	id := strings.ToUpper(strings.TrimPrefix(c.InstanceID, "i-"))
	return "EC2AMAZ-" + id[max(0, len(id)-7):]
}
