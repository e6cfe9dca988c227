package ssm

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
)

// The inventory types that nodes have of themselves here.
const (
	instanceInformation = "AWS:InstanceInformation"
	applicationType     = "AWS:Application"
	patchSummaryType    = "AWS:PatchSummary"
)

// customPrefix begins the names of types that users make.
const customPrefix = "Custom:"

// inventory is what an account's nodes were said to have, and the types made for it.
type inventory struct {
	Items     map[string]map[string]inventoryItem `json:"items,omitempty"`  // by node, then type
	Custom    []inventorySchema                   `json:"custom,omitempty"` // in order of creation
	Deletions map[string]deletion                 `json:"deletions,omitempty"`
}

// inventoryItem is a node's data of one type.
type inventoryItem struct {
	Version  string              `json:"version"`
	Captured string              `json:"captured"`
	Hash     string              `json:"hash,omitempty"`
	Content  []map[string]string `json:"content"`
}

// inventorySchema is a type: its version and what an entry can have.
type inventorySchema struct {
	Name       string   `json:"name"`
	Version    string   `json:"version"`
	Attributes []string `json:"attributes"`
}

// awsSchemas are AWS's own types that the mock has. The list of the user guide is longer;
// the types left out are unknown here.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-schema.html
func awsSchemas() []inventorySchema {
	return []inventorySchema{
		{"AWS:AWSComponent", "1.0", strings.Fields("Name ApplicationType Publisher Version InstalledTime Architecture URL")},
		{applicationType, "1.1", strings.Fields("Name ApplicationType Publisher Version Release Epoch InstalledTime Architecture URL Summary PackageId")},
		{"AWS:File", "1.0", strings.Fields("Name Size Description FileVersion InstalledDate ModificationTime LastAccessTime ProductName InstalledDir ProductLanguage CompanyName ProductVersion")},
		{instanceInformation, "1.0", strings.Fields("AgentType AgentVersion ComputerName InstanceId IpAddress PlatformName PlatformType PlatformVersion ResourceType AgentStatus InstanceStatus")},
		{"AWS:Network", "1.0", strings.Fields("Name SubnetMask Gateway DHCPServer DNSServer MacAddress IPV4 IPV6")},
		{patchSummaryType, "1.0", strings.Fields("PatchGroup BaselineId SnapshotId OwnerInformation InstalledCount InstalledOtherCount NotApplicableCount MissingCount FailedCount OperationType OperationStartTime OperationEndTime")},
		{"AWS:Service", "1.0", strings.Fields("Name DisplayName ServiceType Status DependentServices ServicesDependedOn StartType")},
		{"AWS:WindowsRegistry", "1.0", strings.Fields("KeyPath ValueName ValueType Value")},
		{"AWS:WindowsUpdate", "1.0", strings.Fields("HotFixId Description InstalledTime InstalledBy")},
	}
}

// describe writes a type for GetInventorySchema: what is counted is a number.
func (sc inventorySchema) describe() types.InventoryItemSchema {
	return types.InventoryItemSchema{TypeName: new(sc.Name), Version: new(sc.Version), Attributes: mapped(sc.Attributes, func(name string) types.InventoryItemAttribute {
		kind := types.InventoryAttributeDataTypeString
		if sc.Name == patchSummaryType && strings.HasSuffix(name, "Count") {
			kind = types.InventoryAttributeDataTypeNumber
		}
		return types.InventoryItemAttribute{Name: new(name), DataType: kind}
	})}
}

// schemas are the types of an account: AWS's and its own.
func (a *account) schemas() []inventorySchema { return append(awsSchemas(), a.Inventory.Custom...) }

// schema finds a type by its name.
func (a *account) schema(name string) (inventorySchema, bool) {
	all := a.schemas()
	i := slices.IndexFunc(all, func(sc inventorySchema) bool { return sc.Name == name })
	if i < 0 {
		return inventorySchema{}, false
	}
	return all[i], true
}

// item is a node's data of a type: what its agent reports, or what was put.
// assumed: no association with AWS-GatherSoftwareInventory is needed for
// AWS:Application, and the data is never older than the last ping; the agent gathers
// it as its association is scheduled.
func (a *account) item(n *managed, typeName string, now time.Time) (inventoryItem, bool) {
	captured := inventoryTime(n.lastPing(now))
	switch {
	case typeName == instanceInformation:
		return inventoryItem{Version: "1.0", Captured: captured, Content: []map[string]string{n.inventoryInformation()}}, true
	case typeName == applicationType && n.platform() == types.PlatformTypeLinux:
		return inventoryItem{Version: "1.1", Captured: captured, Content: mapped(n.Machine.Packages(now), application)}, true
	case typeName == patchSummaryType && a.Patching.States[n.Instance.ID] != nil:
		p := a.Patching.States[n.Instance.ID]
		return inventoryItem{Version: "1.0", Captured: inventoryTime(p.Ended), Content: []map[string]string{p.summary()}}, true
	}
	item, ok := a.Inventory.Items[n.Instance.ID][typeName]
	return item, ok
}

// inventoryInformation is a node's one entry of AWS:InstanceInformation.
// assumed: InstanceStatus is Active, ConnectionLost or Stopped; of Terminated, which a
// filter of the API reference's sample names, the mock keeps no nodes.
func (n *managed) inventoryInformation() map[string]string {
	platform, status := n.Machine.Config().Platform, "Active"
	switch {
	case n.State == "stopped" || n.State == "stopping":
		status = "Stopped"
	case !n.Up:
		status = "ConnectionLost"
	}
	return map[string]string{
		"AgentType": "amazon-ssm-agent", "AgentVersion": agentVersion, "ComputerName": n.computerName(), "InstanceId": n.Instance.ID, "InstanceStatus": status,
		"IpAddress": n.Instance.PrivateIP, "PlatformName": platform.Name, "PlatformType": string(n.platform()), "PlatformVersion": platform.Version, "ResourceType": string(types.ResourceTypeEc2Instance),
	}
}

// application is a package as an entry of AWS:Application. assumed: amd64 is written
// x86_64, and what the machines do not know of a package (its publisher, URL, summary and
// source package, which is the PackageId) is absent.
func application(p node.Package) map[string]string {
	entry := map[string]string{"Name": p.Name, "Version": p.Version, "Architecture": p.Arch, "InstalledTime": inventoryTime(p.Installed)}
	if p.Arch == "amd64" {
		entry["Architecture"] = node.ArchX86
	}
	if p.Section != "" { // dpkg's
		entry["ApplicationType"] = p.Section
		return entry
	}
	epoch, rest, ok := strings.Cut(p.Version, ":")
	if ok {
		entry["Epoch"] = epoch
	} else {
		rest = p.Version
	}
	entry["Version"] = rest
	if i := strings.LastIndex(rest, "-"); i >= 0 {
		entry["Version"], entry["Release"] = rest[:i], rest[i+1:]
	}
	return entry
}
