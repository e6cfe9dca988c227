package ssm

import (
	"context"
	"regexp"
	"slices"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// Defaults and limits of SendCommand.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
const (
	defaultTimeoutSeconds = 3600
	defaultConcurrency    = "50"
	defaultErrors         = "0"
	maxInstanceIDs        = 50
	maxTargets            = 5
	maxTargetValues       = 50
	maxComment            = 100
)

// The forms of SendCommand's members, from the same page.
var (
	instanceForm    = regexp.MustCompile(`(^i-(\w{8}|\w{17})$)|(^mi-\w{17}$)`)
	concurrencyForm = regexp.MustCompile(`^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$`)
	errorsForm      = regexp.MustCompile(`^([1-9][0-9]*|[0]|[1-9][0-9]%|[0-9]%|100%)$`)
)

// modelled is the name and message of one of SSM's own exceptions, whose message member
// is capitalised.
func modelled(code, format string, args ...any) *wire.Error {
	err := wire.Errorf(code, format, args...)
	err.CapitalMessage = true
	return err
}

// SendCommand accepts a command for nodes; it reaches them with the clock.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
func (s *Service) SendCommand(ctx context.Context, in *ssmapi.SendCommandInput) (*ssmapi.SendCommandOutput, error) {
	if err := checkSend(in); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	doc, bound, err := s.bind(a, in)
	if err != nil {
		return nil, err
	}
	targets, err := readTargets(in.Targets)
	if err == nil {
		err = a.checkNodes(in.InstanceIds, targets, doc)
	}
	if err != nil {
		return nil, err
	}
	c := &command{
		Targets: targets, Platforms: doc.Platforms(),
		Document: *in.DocumentName, Version: orDefault(in.DocumentVersion, "$DEFAULT"), Comment: orDefault(in.Comment, ""), Parameters: in.Parameters,
		Tasks: tasksOf(doc, bound), Requested: s.world.Now(), TimeoutSeconds: defaultTimeoutSeconds,
		MaxConcurrency: orDefault(in.MaxConcurrency, defaultConcurrency), MaxErrors: orDefault(in.MaxErrors, defaultErrors), Window: 1,
	}
	if plugin := s.unmodelled(c); plugin != "" {
		return nil, wire.Errorf("ValidationException", "muster's mock does not model the plugin %s", plugin)
	}
	if in.TimeoutSeconds != nil {
		c.TimeoutSeconds = *in.TimeoutSeconds
	}
	c.Seq, c.ID, c.Execution = a.nextSeq(), s.world.UUID(), execution(c.Tasks)
	for _, id := range in.InstanceIds {
		c.invite(id)
	}
	a.Commands = append(a.Commands, c)
	a.commands[c.ID] = c
	s.schedule(a.Scope, c)
	return &ssmapi.SendCommandOutput{Command: new(c.describe())}, nil
}

func orDefault(s *string, value string) string {
	if s == nil {
		return value
	}
	return *s
}

// checkSend checks the form of a request, as the service does before anything else.
func checkSend(in *ssmapi.SendCommandInput) error {
	var v wire.Validation
	v.Required("documentName", in.DocumentName)
	v.Pattern("documentVersion", in.DocumentVersion, versionForm)
	v.Length("targets", in.Targets, 0, maxTargets)
	v.Length("instanceIds", in.InstanceIds, 0, maxInstanceIDs)
	v.Each("instanceIds", in.InstanceIds, wire.Element{Pattern: instanceForm})
	v.Length("comment", in.Comment, 0, maxComment)
	v.Range("timeoutSeconds", in.TimeoutSeconds, 30, 2592000)
	v.Pattern("maxConcurrency", in.MaxConcurrency, concurrencyForm)
	v.Pattern("maxErrors", in.MaxErrors, errorsForm)
	return v.Err()
}

// bind finds the document and fits the parameters to it.
func (s *Service) bind(a *account, in *ssmapi.SendCommandInput) (documents.Document, map[string][]string, error) {
	d, v, err := s.named(a, *in.DocumentName, in.DocumentVersion, nil)
	if err != nil {
		return documents.Document{}, nil, err
	}
	for name, p := range v.parsed.Parameters {
		if p.Interpolation != "" {
			return documents.Document{}, nil, wire.Errorf("ValidationException", "muster's mock does not model the interpolationType of parameter %s of %s", name, d.Name)
		}
	}
	if ref := parameterReference(v.Content, in.Parameters); ref != "" {
		return documents.Document{}, nil, wire.Errorf("ValidationException", "muster's mock does not model references to parameters: %s", ref)
	}
	bound, err := v.parsed.Bind(in.Parameters)
	if err != nil { // assumed: the text
		return documents.Document{}, nil, modelled("InvalidParameters", "%v", err)
	}
	return v.parsed, bound, nil
}

// storeReference is where AWS puts a value of Parameter Store.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-organize.html
var storeReference = regexp.MustCompile(`\{\{\s*ssm(-secure)?:[^}]*\}\}`)

// parameterReference finds one in a document's content or in the values for it.
func parameterReference(content string, given map[string][]string) string {
	if found := storeReference.FindString(content); found != "" {
		return found
	}
	for _, values := range given {
		for _, v := range values {
			if found := storeReference.FindString(v); found != "" {
				return found
			}
		}
	}
	return ""
}

// CancelCommand cancels a command on all of its nodes or on some. What has not reached a
// node never does; what runs is killed. It does nothing to what has ended.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CancelCommand.html
func (s *Service) CancelCommand(ctx context.Context, in *ssmapi.CancelCommandInput) (*ssmapi.CancelCommandOutput, error) {
	var v wire.Validation
	v.Required("commandId", in.CommandId)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	c := a.commands[*in.CommandId]
	if c == nil {
		return nil, modelled("InvalidCommandId", "")
	}
	for n, id := range in.InstanceIds {
		switch {
		case slices.Contains(in.InstanceIds[:n], id):
			return nil, modelled("DuplicateInstanceId", "")
		case c.byNode[id] == nil:
			return nil, modelled("InvalidInstanceId", "")
		}
	}
	for _, inv := range c.Invocations {
		if len(in.InstanceIds) == 0 || slices.Contains(in.InstanceIds, inv.NodeID) {
			s.cancel(a, c, inv)
		}
	}
	c.Cancelled = c.Cancelled || len(in.InstanceIds) == 0
	s.fill(a, c)
	return &ssmapi.CancelCommandOutput{}, nil
}
