package ssm

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// runPatchBaseline declares what AWS-RunPatchBaseline declares: its parameters with
// their patterns, its steps and their conditions. In place of the scripts, which download
// a payload that the mock does not have, stand the parameters that the mock's own action
// reads. https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
const runPatchBaseline = `{
  "schemaVersion": "2.2",
  "description": "Scan for or install patches from a patch baseline to a Linux, Windows or macOS operating system.",
  "parameters": {
    "Operation": {"type": "String", "description": "What to do: find out what is missing, or install it.", "allowedValues": ["Scan", "Install"]},
    "SnapshotId": {"type": "String", "description": "The snapshot of the patch baseline to use.", "default": "",
      "allowedPattern": "(^$)|^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"},
    "InstallOverrideList": {"type": "String", "description": "A list of patches to install in place of what the baseline approves: https or S3 path-style URL.", "default": "",
      "allowedPattern": "(^$)|^https://.+$|^s3://([^/]+)/(.*?([^/]+))$"},
    "BaselineOverride": {"type": "String", "description": "A list of baselines to use in place of the default ones: https or S3 path-style URL.", "default": "",
      "allowedPattern": "(^$)|^https://.+$|^s3://([^/]+)/(.*?([^/]+))$"},
    "RebootOption": {"type": "String", "description": "Whether to restart after an installation.", "default": "RebootIfNeeded", "allowedValues": ["RebootIfNeeded", "NoReboot"]}
  },
  "mainSteps": [
    {"name": "PatchWindows", "action": "aws:runPowerShellScript", "precondition": {"StringEquals": ["platformType", "Windows"]}, "inputs": {"timeoutSeconds": 7200, "runCommand": []}},
    {"name": "PatchLinux", "action": "aws:runShellScript", "precondition": {"StringEquals": ["platformType", "Linux"]}, "inputs": {"timeoutSeconds": 7200, "runCommand": [
      "{{ Operation }}", "{{ SnapshotId }}", "{{ InstallOverrideList }}", "{{ BaselineOverride }}", "{{ RebootOption }}"]}},
    {"name": "PatchMacOS", "action": "aws:runShellScript", "precondition": {"StringEquals": ["platformType", "MacOS"]}, "inputs": {"timeoutSeconds": 7200, "runCommand": []}}
  ]
}`

// patchLinux carries out the step of that name.
var patchLinux = action{begin: (*Service).beginPatch, end: (*Service).reported, reboots: (*Service).reported}

// beginPatch gathers what a run works on. The snapshot of the baseline is taken now.
func (s *Service) beginPatch(j job) (func() node.Result, string) {
	lines, ok := runCommand(j.task.Inputs[0]["runCommand"])
	if !ok || len(lines) != 5 {
		return nil, "AWS-RunPatchBaseline: its step has lost its parameters"
	}
	p := patchParameters{operation: lines[0], snapshot: lines[1], installList: lines[2], baselineFile: lines[3], reboot: lines[4]}
	if p.snapshot == "" {
		p.snapshot = s.world.UUID()
	}
	facts, known := platformFacts[j.node.Machine.Config().Platform.ID]
	if !known {
		return func() node.Result {
			return node.Result{ExitCode: codeUnsupportedOS, Duration: scanTime, Chunks: []node.Chunk{{Stream: node.Stdout, Data: "Unsupported Operating System\n"}}}
		}, ""
	}
	group := j.node.patchGroup()
	r := &patchRun{
		patchParameters: p, machine: j.node.Machine, nodeID: j.node.Instance.ID, commandID: j.command.ID, group: group, os: facts.os, product: facts.product,
		baseline: j.account.baselineFor(group, facts.os), before: j.account.Patching.States[j.node.Instance.ID], start: j.start,
		scan: s.world.Delay(scanTime), install: s.world.Delay(installTime), each: s.world.Delay(packageTime),
	}
	return r.run, ""
}

// reported takes over the report that a run has left on its machine, when the agent has
// reported the step or reboots for it.
func (s *Service) reported(j job, _ node.Result) {
	data, err := j.node.Machine.ReadFile(patchReportFile, s.world.Now())
	var p patchState
	if err != nil || json.Unmarshal(data, &p) != nil || p.Execution != j.command.ID || p.NodeID != j.node.Instance.ID {
		return
	}
	a := j.account
	if a.Patching.States == nil {
		a.Patching.States = map[string]*patchState{}
	}
	a.Patching.States[p.NodeID] = &p
}

// summary is the report's item AWS:PatchSummary.
func (p *patchState) summary() map[string]string {
	c := p.counts()
	m := map[string]string{
		"BaselineId": p.Baseline, "PatchGroup": p.Group, "SnapshotId": p.Snapshot, "ExecutionId": p.Execution, "OperationType": string(p.Operation),
		"OperationStartTime": inventoryTime(p.Started), "OperationEndTime": inventoryTime(p.Ended), "RebootOption": string(p.RebootOption),
		"CriticalNonCompliantCount": itoa(c.critical), "SecurityNonCompliantCount": itoa(c.security), "OtherNonCompliantCount": itoa(c.other),
	}
	for _, state := range stateOrder {
		m[state+"Count"] = itoa(c.byState[state])
	}
	if p.Override != "" {
		m["InstallOverrideList"] = p.Override
	}
	if !p.LastNoReboot.IsZero() {
		m["LastNoRebootInstallOperationTime"] = inventoryTime(p.LastNoReboot)
	}
	return m
}

// complianceStatus is what a report says of a node as a whole.
func (p *patchState) complianceStatus() types.ComplianceStatus {
	for _, i := range p.Items {
		if !i.compliant() {
			return types.ComplianceStatusNonCompliant
		}
	}
	return types.ComplianceStatusCompliant
}

// inventoryTime is how inventory and compliance items write an instant.
func inventoryTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

func itoa(n int32) string { return strconv.Itoa(int(n)) }

// GetDeployablePatchSnapshotForInstance is what the agent asks for at the start of a run:
// where the baseline lies. The mock runs without it, and nothing lies at its address.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDeployablePatchSnapshotForInstance.html
func (s *Service) GetDeployablePatchSnapshotForInstance(ctx context.Context, in *ssmapi.GetDeployablePatchSnapshotForInstanceInput) (*ssmapi.GetDeployablePatchSnapshotForInstanceOutput, error) {
	var v wire.Validation
	v.Required("instanceId", in.InstanceId)
	v.Pattern("instanceId", in.InstanceId, instanceForm)
	v.Required("snapshotId", in.SnapshotId)
	v.Pattern("snapshotId", in.SnapshotId, snapshotForm)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	n := a.nodes[*in.InstanceId]
	if n == nil || n.Registered.IsZero() {
		return nil, modelled("InvalidInstanceId", "")
	}
	facts, ok := platformFacts[n.Machine.Config().Platform.ID]
	if !ok {
		return nil, modelled("UnsupportedOperatingSystem", "")
	}
	if in.BaselineOverride != nil {
		if err := overrideBaseline(*in.BaselineOverride).check(); err != nil {
			return nil, err
		}
	}
	url := fmt.Sprintf("https://patch-baseline-snapshot-%s.s3.%s.amazonaws.com/%s-%s/%s", a.Scope.Region, a.Scope.Region, a.Scope.Account, *in.InstanceId, *in.SnapshotId)
	return &ssmapi.GetDeployablePatchSnapshotForInstanceOutput{InstanceId: in.InstanceId, SnapshotId: in.SnapshotId, Product: new(facts.product), SnapshotDownloadUrl: new(url)}, nil
}

var snapshotForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
