package ssm

import (
	"context"
	"slices"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The page sizes of the lists of commands.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
const leastCommands, mostCommands = 1, 50

// mostFilters is how many filters they take.
const mostFilters = 5

// commandFilter is a filter of the lists: what it looks at in a command and, where it
// differs, in an invocation.
func commandFilter(f types.CommandFilter) (func(*command, *invocation) bool, error) {
	value := orDefault(f.Value, "")
	switch f.Key {
	case types.CommandFilterKeyInvokedAfter, types.CommandFilterKeyInvokedBefore:
		at, err := time.Parse(time.RFC3339, value)
		if err != nil { // assumed: the text
			return nil, wire.Errorf("ValidationException", "Invalid date in filter %s: %s", f.Key, value)
		}
		after := f.Key == types.CommandFilterKeyInvokedAfter
		return func(c *command, _ *invocation) bool {
			return after && !c.Requested.Before(at) || !after && !c.Requested.After(at)
		}, nil
	case types.CommandFilterKeyDocumentName:
		return func(c *command, _ *invocation) bool { return c.Document == value }, nil
	case types.CommandFilterKeyExecutionStage:
		if value != "Executing" && value != "Complete" { // assumed: the text
			return nil, wire.Errorf("ValidationException", "Invalid value for filter ExecutionStage: %s", value)
		}
		return func(c *command, _ *invocation) bool {
			return (c.tally().completed == len(c.Invocations)) == (value == "Complete")
		}, nil
	case types.CommandFilterKeyStatus:
		return statusFilter(value), nil
	}
	return nil, modelled("InvalidFilterKey", "")
}

// The values that a Status filter takes, of both lists and of the invocations alone.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CommandFilter.html
var (
	statuses = []string{"Pending", "InProgress", "Success", "Cancelled", "Failed", "TimedOut", "AccessDenied", "DeliveryTimedOut",
		"ExecutionTimedOut", "Incomplete", "NoInstancesInTag", "LimitExceeded"}
	invocationStatuses = []string{"Pending", "InProgress", "Delayed", "Success", "Cancelled", "Failed", "TimedOut", "AccessDenied", "DeliveryTimedOut",
		"ExecutionTimedOut", "Undeliverable", "InvalidPlatform", "Terminated"}
)

// refuseFilters refuses the filters that one of the lists does not take. The reference
// says what they are; assumed: the code and the texts.
func refuseFilters(filters []types.CommandFilter, known []string, instance *string) error {
	for _, f := range filters {
		value := orDefault(f.Value, "")
		switch {
		case f.Key == types.CommandFilterKeyStatus && !slices.Contains(known, value):
			return modelled("InvalidFilterKey", "Invalid value for filter Status: %s", value)
		case f.Key == types.CommandFilterKeyStatus && value == "Pending" && instance != nil && slices.Contains(known, incomplete):
			return modelled("InvalidFilterKey", "An instance ID cannot be specified with Status Pending")
		case f.Key == types.CommandFilterKeyExecutionStage && !slices.Contains(known, incomplete):
			return modelled("InvalidFilterKey", "The ExecutionStage filter cannot be used with ListCommandInvocations")
		}
	}
	return nil
}

// statusFilter compares with the status or its details; TimedOut takes in both kinds.
func statusFilter(value string) func(*command, *invocation) bool {
	return func(c *command, inv *invocation) bool {
		if inv != nil {
			return string(inv.Status) == value || inv.Details == value
		}
		status, details := c.status()
		return string(status) == value || details == value
	}
}

// compileFilters checks the filters of a list; all must match.
func compileFilters(filters []types.CommandFilter) (func(*command, *invocation) bool, error) {
	var all []func(*command, *invocation) bool
	for _, f := range filters {
		match, err := commandFilter(f)
		if err != nil {
			return nil, err
		}
		all = append(all, match)
	}
	return func(c *command, inv *invocation) bool {
		return !slices.ContainsFunc(all, func(match func(*command, *invocation) bool) bool { return !match(c, inv) })
	}, nil
}

// ListCommands lists commands with their counters, the latest first.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommands.html
func (s *Service) ListCommands(ctx context.Context, in *ssmapi.ListCommandsInput) (*ssmapi.ListCommandsOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, leastCommands, mostCommands)
	v.Length("filters", in.Filters, 0, mostFilters)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := refuseFilters(in.Filters, statuses, in.InstanceId); err != nil {
		return nil, err
	}
	match, err := compileFilters(in.Filters)
	if err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	if in.CommandId != nil && a.commands[*in.CommandId] == nil {
		return nil, modelled("InvalidCommandId", "")
	}
	found := filtered(newestFirst(a.Commands), func(c *command) bool {
		return (in.CommandId == nil || c.ID == *in.CommandId) && (in.InstanceId == nil || c.byNode[*in.InstanceId] != nil) && match(c, nil)
	})
	found, next, err := cutPage("ListCommands", found, size, in.NextToken, placeNewest)
	if err != nil {
		return nil, err
	}
	return &ssmapi.ListCommandsOutput{Commands: mapped(found, (*command).describe), NextToken: next}, nil
}

func newestFirst(commands []*command) []*command {
	out := slices.Clone(commands)
	slices.Reverse(out)
	return out
}

// placeNewest is a command's place in a list that has the latest first.
func placeNewest(c *command) int64 { return 1<<62 - c.Seq }

func (c *command) describe() types.Command {
	t := c.tally()
	status, details := c.status()
	ids := []string{} // those that were given; what targets matched is not among them
	if len(c.Targets) == 0 {
		ids = mapped(c.Invocations, func(inv *invocation) string { return inv.NodeID })
	}
	return types.Command{
		CommandId: new(c.ID), DocumentName: new(c.Document), DocumentVersion: new(c.Version), Comment: new(c.Comment), Parameters: c.Parameters,
		InstanceIds: ids, Targets: mapped(c.Targets, target.describe), RequestedDateTime: new(c.Requested), ExpiresAfter: new(c.expires()), TimeoutSeconds: new(c.TimeoutSeconds),
		Status: status, StatusDetails: new(details), MaxConcurrency: new(c.MaxConcurrency), MaxErrors: new(c.MaxErrors),
		TargetCount: int32(len(c.Invocations)), CompletedCount: int32(t.completed), ErrorCount: int32(t.errors), DeliveryTimedOutCount: int32(t.deliveryTimedOut),
		OutputS3BucketName: new(""), OutputS3KeyPrefix: new(""), ServiceRole: new(""),
		NotificationConfig:     &types.NotificationConfig{NotificationArn: new(""), NotificationEvents: []types.NotificationEvent{}},
		CloudWatchOutputConfig: &types.CloudWatchOutputConfig{CloudWatchLogGroupName: new(""), CloudWatchOutputEnabled: false},
	}
}

// placed is an invocation with its command and its place in a list.
type placed struct {
	*invocation
	of    *command
	place int64
}

// ListCommandInvocations lists invocations: of one command, on one node, or all. Right
// after SendCommand there are none yet.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListCommandInvocations.html
func (s *Service) ListCommandInvocations(ctx context.Context, in *ssmapi.ListCommandInvocationsInput) (*ssmapi.ListCommandInvocationsOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, leastCommands, mostCommands)
	v.Length("filters", in.Filters, 0, mostFilters)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if err := refuseFilters(in.Filters, invocationStatuses, in.InstanceId); err != nil {
		return nil, err
	}
	match, err := compileFilters(in.Filters)
	if err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	commands, err := a.commandsOf(in.CommandId)
	if err != nil {
		return nil, err
	}
	var found []placed
	for _, c := range commands {
		for n, inv := range c.Invocations {
			if c.Visible && (in.InstanceId == nil || inv.NodeID == *in.InstanceId) && match(c, inv) {
				found = append(found, placed{inv, c, (1<<40-c.Seq)<<16 + int64(n)}) // fewer than 65,536 invocations a command
			}
		}
	}
	found, next, err := cutPage("ListCommandInvocations", found, size, in.NextToken, func(p placed) int64 { return p.place })
	if err != nil {
		return nil, err
	}
	return &ssmapi.ListCommandInvocationsOutput{NextToken: next, CommandInvocations: mapped(found, func(p placed) types.CommandInvocation {
		return p.describe(a, p.of, in.Details)
	})}, nil
}

// commandsOf returns the command named, or all, the latest first.
func (a *account) commandsOf(id *string) ([]*command, error) {
	if id == nil {
		return newestFirst(a.Commands), nil
	}
	c := a.commands[*id]
	if c == nil {
		return nil, modelled("InvalidCommandId", "")
	}
	return []*command{c}, nil
}

func (inv *invocation) describe(a *account, c *command, details bool) types.CommandInvocation {
	name := ""
	if n := a.nodes[inv.NodeID]; n != nil {
		name = n.Instance.PrivateDNS
	}
	out := types.CommandInvocation{
		CommandId: new(c.ID), InstanceId: new(inv.NodeID), InstanceName: new(name), Comment: new(c.Comment), DocumentName: new(c.Document), DocumentVersion: new(c.Version),
		RequestedDateTime: new(c.Requested), Status: inv.Status, StatusDetails: new(inv.Details), TraceOutput: new(""), ServiceRole: new(""),
		StandardOutputUrl: new(""), StandardErrorUrl: new(""), CommandPlugins: []types.CommandPlugin{},
		NotificationConfig:     &types.NotificationConfig{NotificationArn: new(""), NotificationEvents: []types.NotificationEvent{}},
		CloudWatchOutputConfig: &types.CloudWatchOutputConfig{CloudWatchLogGroupName: new(""), CloudWatchOutputEnabled: false},
	}
	if details {
		for n := range inv.Steps {
			out.CommandPlugins = append(out.CommandPlugins, inv.plugin(c, n))
		}
	}
	return out
}

// plugin is a step as the lists show it.
func (inv *invocation) plugin(c *command, n int) types.CommandPlugin {
	st := inv.Steps[n]
	status, details := inv.stepStatus(n)
	p := types.CommandPlugin{Name: new(c.Tasks[n].Name), Status: pluginStatus(status), StatusDetails: new(details), ResponseCode: int32(st.Code),
		Output: new(st.Output), StandardOutputUrl: new(""), StandardErrorUrl: new(""), OutputS3BucketName: new(""), OutputS3KeyPrefix: new("")}
	if !st.Started.IsZero() {
		p.ResponseStartDateTime = new(st.Started)
	}
	if ended := inv.stepEnded(n); !ended.IsZero() && !st.Started.IsZero() {
		p.ResponseFinishDateTime = new(ended)
	}
	return p
}

// stepStatus is how a step stands: as the invocation does where it is its turn, or where
// the invocation ended without it. assumed: the latter.
func (inv *invocation) stepStatus(n int) (types.CommandInvocationStatus, string) {
	st := inv.Steps[n]
	switch {
	case st.ended():
		return types.CommandInvocationStatus(st.Status), st.Details
	case inv.terminal(), n == inv.Next:
		return inv.Status, inv.Details
	}
	return types.CommandInvocationStatusPending, "Pending"
}

// stepEnded is when a step ended, or the invocation without it; zero while it has not.
func (inv *invocation) stepEnded(n int) time.Time {
	if st := inv.Steps[n]; st.ended() {
		return st.Ended
	}
	return inv.Ended
}

// pluginStatus is an invocation's status in the words for plugins, which know neither
// Delayed nor Cancelling.
func pluginStatus(status types.CommandInvocationStatus) types.CommandPluginStatus {
	switch status {
	case types.CommandInvocationStatusDelayed:
		return types.CommandPluginStatusPending
	case types.CommandInvocationStatusCancelling:
		return types.CommandPluginStatusInProgress
	}
	return types.CommandPluginStatus(status)
}

// GetCommandInvocation shows one invocation with more of its output than the lists.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html
func (s *Service) GetCommandInvocation(ctx context.Context, in *ssmapi.GetCommandInvocationInput) (*ssmapi.GetCommandInvocationOutput, error) {
	var v wire.Validation
	v.Required("commandId", in.CommandId)
	v.Required("instanceId", in.InstanceId)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	c, inv := a.invocation(invocationRef{*in.CommandId, *in.InstanceId})
	if inv == nil || !c.Visible {
		return nil, modelled("InvocationDoesNotExist", "")
	}
	n, err := c.plugin(in.PluginName)
	if err != nil {
		return nil, err
	}
	st := inv.Steps[n]
	status, details := inv.stepStatus(n)
	out := &ssmapi.GetCommandInvocationOutput{
		CommandId: new(c.ID), InstanceId: new(inv.NodeID), Comment: new(c.Comment), DocumentName: new(c.Document), DocumentVersion: new(c.Version),
		PluginName: new(c.Tasks[n].Name), Status: status, StatusDetails: new(details), ResponseCode: int32(st.Code),
		StandardOutputContent: new(st.Stdout), StandardErrorContent: new(st.Stderr), StandardOutputUrl: new(""), StandardErrorUrl: new(""),
		ExecutionStartDateTime: new(""), ExecutionEndDateTime: new(""), ExecutionElapsedTime: new(""),
		CloudWatchOutputConfig: &types.CloudWatchOutputConfig{CloudWatchLogGroupName: new(""), CloudWatchOutputEnabled: false},
	}
	inv.times(n, out)
	return out, nil
}

// plugin finds a step by its name. A document with one step needs none; with several,
// AWS answers a request without one with InvalidPluginName, too.
// https://github.com/boto/boto3/issues/1811
func (c *command) plugin(name *string) (int, error) {
	if name == nil && len(c.Tasks) == 1 {
		return 0, nil
	}
	n := slices.IndexFunc(c.Tasks, func(t task) bool { return name != nil && t.Name == *name })
	if n < 0 {
		return 0, modelled("InvalidPluginName", "")
	}
	return n, nil
}

// times fills in when the step ran: texts, empty while unknown.
func (inv *invocation) times(n int, out *ssmapi.GetCommandInvocationOutput) {
	started, ended := inv.Steps[n].Started, inv.stepEnded(n)
	if started.IsZero() {
		return
	}
	out.ExecutionStartDateTime = new(isoTime(started))
	if !ended.IsZero() {
		out.ExecutionEndDateTime = new(isoTime(ended))
		out.ExecutionElapsedTime = new(isoDuration(ended.Sub(started)))
	}
}
