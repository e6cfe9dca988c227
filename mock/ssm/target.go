package ssm

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/mock/wire"
)

// target is one condition on a command's nodes. Several must all hold; the values of one
// are alternatives.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/send-commands-multiple.html
type target struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// targetKey is the form of a target's key.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Target.html
var targetKey = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=\-@]*$|resource-groups:ResourceTypeFilters|resource-groups:Name`)

// readTargets checks a request's targets. assumed: the texts.
func readTargets(asked []types.Target) ([]target, error) {
	var targets []target
	for _, t := range asked {
		key := orDefault(t.Key, "")
		switch {
		case len(t.Values) > maxTargetValues:
			return nil, wire.Errorf("ValidationException", "A target has at most %d values", maxTargetValues)
		case strings.HasPrefix(key, "resource-groups:"):
			return nil, wire.Errorf("ValidationException", "muster's mock does not model resource groups")
		case !targetKey.MatchString(key) || !knownTargetKey(key):
			return nil, modelled("InvalidParameters", "Target key %s is not supported", key)
		case len(t.Values) == 0:
			return nil, modelled("InvalidParameters", "Target key %s has no values", key)
		}
		targets = append(targets, target{key, t.Values})
	}
	return targets, nil
}

func knownTargetKey(key string) bool {
	return isIDs(key) || key == "tag-key" || strings.HasPrefix(key, "tag:") && key != "tag:"
}

func isIDs(key string) bool { return strings.EqualFold(key, "InstanceIds") }

func (t target) describe() types.Target { return types.Target{Key: new(t.Key), Values: t.Values} }

// matches says whether a node fits.
func (t target) matches(n *managed) bool {
	switch {
	case isIDs(t.Key):
		return slices.Contains(t.Values, n.Instance.ID)
	case t.Key == "tag-key":
		return slices.ContainsFunc(t.Values, func(key string) bool { _, ok := n.Instance.Tags[key]; return ok })
	}
	value, ok := n.Instance.Tags[strings.TrimPrefix(t.Key, "tag:")]
	return ok && slices.Contains(t.Values, value)
}

// ready says whether a node can be sent to: it has registered and runs. One that has
// lost its connection is ready, too.
func (n *managed) ready() bool { return !n.Registered.IsZero() && n.State == "running" }

// resolve finds the nodes of a command that was sent to targets. assumed: AWS does it
// after it has answered SendCommand, whose TargetCount is then still zero. Nodes that
// cannot be sent to are passed over.
func (a *account) resolve(c *command) {
	if len(c.Targets) == 0 {
		return
	}
	for _, n := range a.Nodes {
		if n.ready() && !slices.ContainsFunc(c.Targets, func(t target) bool { return !t.matches(n) }) {
			c.invite(n.Instance.ID)
		}
	}
}

// refusePlatforms ends the invocations on nodes whose platform the document has no plugin
// for. Where ids were given SendCommand has refused such nodes.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
func (s *Service) refusePlatforms(a *account, c *command) {
	for _, inv := range c.Invocations {
		if n := a.nodes[inv.NodeID]; n != nil && !supports(c.Platforms, n) {
			inv.end(types.CommandInvocationStatusFailed, invalidPlatform, s.world.Now()) // assumed: the status beside the details
		}
	}
}

func supports(platforms []string, n *managed) bool {
	return len(platforms) == 0 || slices.Contains(platforms, string(n.platform()))
}

// checkNodes refuses the whole call for one node that is named and cannot take the
// command: unknown, never registered, not running, or of a platform that the document
// does not support.
func (a *account) checkNodes(ids []string, targets []target, doc documents.Document) error {
	if len(ids) > 0 && len(targets) > 0 { // assumed: the text
		return modelled("InvalidParameters", "InstanceIds and Targets cannot be used together")
	}
	for _, t := range targets {
		if isIDs(t.Key) {
			ids = t.Values
		}
	}
	if len(ids) == 0 && len(targets) == 0 { // assumed: the text
		return modelled("InvalidInstanceId", "The instance IDs list is empty")
	}
	var bad []string
	for n, id := range ids {
		if slices.Contains(ids[:n], id) {
			return modelled("DuplicateInstanceId", "")
		}
		if n := a.nodes[id]; n == nil || !n.ready() {
			bad = append(bad, id)
		}
	}
	if len(bad) > 0 { // text: github.com/aws-samples/eks-security-compromised-cluster-remediation issue 12
		return modelled("InvalidInstanceId", "Instances [[%s]] not in a valid state for account %s", strings.Join(bad, ", "), a.Scope.Account)
	}
	platforms := doc.Platforms()
	for _, id := range ids {
		if !supports(platforms, a.nodes[id]) { // assumed: the text
			return modelled("UnsupportedPlatformType", "Document does not support platform %s of instance %s", a.nodes[id].platform(), id)
		}
	}
	return nil
}

// undeliverable ends what has not reached a node that is no more. assumed: when; AWS says
// that such a node may not exist or not respond.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html
func (s *Service) undeliverable(a *account, id string) {
	for _, c := range a.Commands {
		if inv := c.byNode[id]; inv != nil && inv.Details == delayed {
			inv.end(types.CommandInvocationStatusFailed, undeliverable, s.world.Now())
			s.fill(a, c)
		}
	}
}
