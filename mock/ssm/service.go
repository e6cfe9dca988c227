// Package ssm is the mock's Systems Manager: managed nodes and Run Command, per account
// and region. The commands' scripts really run, on the simulated machines of mock/node.
//
// Start with [New] and [Service.API]. Handlers have the SDK client's own signatures and
// are called with the world to themselves (world.Do). What is not modelled is refused.
package ssm

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

//go:generate go run github.com/musterhq/muster/mock/wire/internal/gen -sdk github.com/aws/aws-sdk-go-v2/service/ssm

// Service is the mock's Systems Manager. It is not safe for concurrent use: the world's
// lock guards it.
type Service struct {
	world    *world.World
	accounts map[world.Scope]*account
	own      map[string]ownDocument // AWS's documents, by name
	amazon   []*document            // the same, as everybody sees them
}

// account is one account's Systems Manager in one region. It is what a state file keeps.
type account struct {
	Scope     world.Scope `json:"scope"`
	Nodes     []*managed  `json:"nodes"`               // in order of launch
	Commands  []*command  `json:"commands"`            // in order of sending
	Documents []*document `json:"documents,omitempty"` // its own, in order of creation
	Seq       int64       `json:"seq"`
	FirstDay  time.Time   `json:"firstDay,omitzero"` // when the first machine came: see node.Config
	Patching  patching    `json:"patching,omitzero"`
	Inventory inventory   `json:"inventory,omitzero"`

	nodes    map[string]*managed
	commands map[string]*command
}

// New returns Systems Manager in the given world, with no nodes and no commands. It
// hears of machines from EC2 through the world's topics.
func New(w *world.World) *Service {
	s := &Service{world: w, own: ownDocuments()}
	s.amazon = amazonDocuments(s.own)
	s.Reset()
	w.Register("ssm", s)
	world.InstanceLaunched.On(w, s.launched)
	world.InstanceState.On(w, s.stateChanged)
	world.InstanceChanged.On(w, s.changed)
	world.InstanceRebooted.On(w, s.rebooted)
	world.TagsChanged.On(w, s.tagged)
	agentUp.On(w, s.agentUp)
	cloudInit.On(w, s.cloudInit)
	dispatch.On(w, s.dispatch)
	deliver.On(w, s.deliver)
	stepped.On(w, s.stepped)
	finish.On(w, s.finish)
	expire.On(w, s.expire)
	forget.On(w, s.forget)
	killed.On(w, s.killed)
	guestDown.On(w, s.guestDown)
	orphaned.On(w, s.orphaned)
	return s
}

// API lists the operations that this Systems Manager knows and the parameters that it
// acts on.
func (s *Service) API() *wire.API {
	return &wire.API{
		Name:         "ssm",
		Protocol:     wire.JSON11,
		TargetPrefix: "AmazonSSM",
		Names:        names,
		Operations: map[string]wire.Operation{
			"CancelCommand":  wire.Handle(s.CancelCommand, "CommandId", "InstanceIds"),
			"CreateDocument": wire.Handle(s.CreateDocument, "Content", "Name", "DocumentType", "DocumentFormat", "DisplayName", "VersionName", "TargetType", "Tags"),
			"CreatePatchBaseline": wire.Handle(s.CreatePatchBaseline, "Name", "OperatingSystem", "Description", "GlobalFilters", "ApprovalRules",
				"ApprovedPatches", "ApprovedPatchesComplianceLevel", "ApprovedPatchesEnableNonSecurity", "RejectedPatches", "RejectedPatchesAction", "Sources", "AvailableSecurityUpdatesComplianceStatus", "ClientToken"),
			"DeleteDocument":                       wire.Handle(s.DeleteDocument, "Name", "DocumentVersion", "VersionName"),
			"DeleteInventory":                      wire.Handle(s.DeleteInventory, "TypeName", "SchemaDeleteOption", "DryRun", "ClientToken"),
			"DeletePatchBaseline":                  wire.Handle(s.DeletePatchBaseline, "BaselineId"),
			"DeregisterPatchBaselineForPatchGroup": wire.Handle(s.DeregisterPatchBaselineForPatchGroup, "BaselineId", "PatchGroup"),
			"DescribeDocument":                     wire.Handle(s.DescribeDocument, "Name", "DocumentVersion", "VersionName"),
			"DescribeInstanceInformation":          wire.Handle(s.DescribeInstanceInformation, "Filters", "InstanceInformationFilterList", "MaxResults", "NextToken"),
			"DescribeInstancePatchStates":          wire.Handle(s.DescribeInstancePatchStates, "InstanceIds", "MaxResults", "NextToken"),
			"DescribeInstancePatchStatesForPatchGroup": wire.Handle(s.DescribeInstancePatchStatesForPatchGroup, "PatchGroup", "Filters",
				"MaxResults", "NextToken"),
			"DescribeInstancePatches":               wire.Handle(s.DescribeInstancePatches, "InstanceId", "Filters", "MaxResults", "NextToken"),
			"DescribeInstanceProperties":            wire.Handle(s.DescribeInstanceProperties, "FiltersWithOperator", "InstancePropertyFilterList", "MaxResults", "NextToken"),
			"DescribePatchBaselines":                wire.Handle(s.DescribePatchBaselines, "Filters", "MaxResults", "NextToken"),
			"DescribePatchGroupState":               wire.Handle(s.DescribePatchGroupState, "PatchGroup"),
			"DescribePatchGroups":                   wire.Handle(s.DescribePatchGroups, "Filters", "MaxResults", "NextToken"),
			"GetCommandInvocation":                  wire.Handle(s.GetCommandInvocation, "CommandId", "InstanceId", "PluginName"),
			"GetDefaultPatchBaseline":               wire.Handle(s.GetDefaultPatchBaseline, "OperatingSystem"),
			"GetDeployablePatchSnapshotForInstance": wire.Handle(s.GetDeployablePatchSnapshotForInstance, "InstanceId", "SnapshotId", "BaselineOverride"),
			"GetDocument":                           wire.Handle(s.GetDocument, "Name", "DocumentVersion", "VersionName", "DocumentFormat"),
			"GetInventory":                          wire.Handle(s.GetInventory, "Filters", "ResultAttributes", "MaxResults", "NextToken"),
			"GetInventorySchema":                    wire.Handle(s.GetInventorySchema, "TypeName", "MaxResults", "NextToken"),
			"GetParameter":                          wire.Handle(s.GetParameter, "Name", "WithDecryption"),
			"GetParameters":                         wire.Handle(s.GetParameters, "Names", "WithDecryption"),
			"GetParametersByPath":                   wire.Handle(s.GetParametersByPath, "Path", "Recursive", "WithDecryption", "MaxResults", "NextToken"),
			"GetPatchBaseline":                      wire.Handle(s.GetPatchBaseline, "BaselineId"),
			"GetPatchBaselineForPatchGroup":         wire.Handle(s.GetPatchBaselineForPatchGroup, "PatchGroup", "OperatingSystem"),
			"ListCommandInvocations":                wire.Handle(s.ListCommandInvocations, "CommandId", "InstanceId", "Details", "Filters", "MaxResults", "NextToken"),
			"ListCommands":                          wire.Handle(s.ListCommands, "CommandId", "InstanceId", "Filters", "MaxResults", "NextToken"),
			"ListComplianceItems":                   wire.Handle(s.ListComplianceItems, "Filters", "ResourceIds", "ResourceTypes", "MaxResults", "NextToken"),
			"ListComplianceSummaries":               wire.Handle(s.ListComplianceSummaries, "Filters", "MaxResults", "NextToken"),
			"ListDocumentVersions":                  wire.Handle(s.ListDocumentVersions, "Name", "MaxResults", "NextToken"),
			"ListDocuments":                         wire.Handle(s.ListDocuments, "DocumentFilterList", "Filters", "MaxResults", "NextToken"),
			"ListInventoryEntries":                  wire.Handle(s.ListInventoryEntries, "InstanceId", "TypeName", "Filters", "MaxResults", "NextToken"),
			"ListResourceComplianceSummaries":       wire.Handle(s.ListResourceComplianceSummaries, "Filters", "MaxResults", "NextToken"),
			"PutInventory":                          wire.Handle(s.PutInventory, "InstanceId", "Items"),
			"RegisterDefaultPatchBaseline":          wire.Handle(s.RegisterDefaultPatchBaseline, "BaselineId"),
			"RegisterPatchBaselineForPatchGroup":    wire.Handle(s.RegisterPatchBaselineForPatchGroup, "BaselineId", "PatchGroup"),
			"SendCommand": wire.Handle(s.SendCommand, "DocumentName", "DocumentVersion", "InstanceIds", "Targets", "Parameters", "Comment", "TimeoutSeconds",
				"MaxConcurrency", "MaxErrors"),
			"UpdateDocument":               wire.Handle(s.UpdateDocument, "Content", "Name", "DocumentVersion", "DocumentFormat", "DisplayName", "VersionName", "TargetType"),
			"UpdateDocumentDefaultVersion": wire.Handle(s.UpdateDocumentDefaultVersion, "Name", "DocumentVersion"),
			"UpdatePatchBaseline": wire.Handle(s.UpdatePatchBaseline, "BaselineId", "Name", "Description", "GlobalFilters", "ApprovalRules",
				"ApprovedPatches", "ApprovedPatchesComplianceLevel", "ApprovedPatchesEnableNonSecurity", "RejectedPatches", "RejectedPatchesAction", "Sources", "AvailableSecurityUpdatesComplianceStatus", "Replace"),
		},
	}
}

// in returns the caller's account, made on first use.
func (s *Service) in(sc world.Scope) *account {
	a, ok := s.accounts[sc]
	if !ok {
		a = &account{Scope: sc, nodes: map[string]*managed{}, commands: map[string]*command{}}
		s.accounts[sc] = a
	}
	return a
}

func (a *account) nextSeq() int64 {
	a.Seq++
	return a.Seq
}

// Snapshot returns every account, ordered so that equal states give equal files.
func (s *Service) Snapshot() any {
	accounts := slices.Collect(maps.Values(s.accounts))
	slices.SortFunc(accounts, func(a, b *account) int {
		return strings.Compare(a.Scope.Account+a.Scope.Region, b.Scope.Account+b.Scope.Region)
	})
	return accounts
}

// Restore replaces the state with what Snapshot returned.
func (s *Service) Restore(data json.RawMessage) error {
	var accounts []*account
	if err := json.Unmarshal(data, &accounts); err != nil {
		return err
	}
	s.Reset()
	for _, saved := range accounts {
		a := s.in(saved.Scope)
		a.Nodes, a.Commands, a.Seq = saved.Nodes, saved.Commands, saved.Seq
		a.FirstDay, a.Patching, a.Inventory = saved.FirstDay, saved.Patching, saved.Inventory
		a.Documents = saved.Documents
		if err := a.parse(); err != nil {
			return err
		}
		for _, n := range a.Nodes {
			a.nodes[n.Instance.ID] = n
		}
		for _, c := range a.Commands {
			c.index()
			a.commands[c.ID] = c
		}
	}
	return nil
}

// Reset forgets every account.
func (s *Service) Reset() { s.accounts = map[world.Scope]*account{} }
