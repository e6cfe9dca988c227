package mock_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
)

// TestAThousandClientsAtOnce lets each client launch an instance, tag it, find it, run a script on it, read what it printed and
// terminate it, some of them through a port, while others look on and move the clock. What came of it must add up exactly.
func TestAThousandClientsAtOnce(t *testing.T) {
	const clients, ports = 1000, 20
	ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Minute, fmt.Errorf("the clients are not done after five minutes"))
	defer cancel()
	s := mocktest.New(t)
	if _, err := s.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}}}); err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(s)
	defer listening.Close()
	before := s.CallSummary()

	done := make(chan struct{})
	var onlookers, crowd sync.WaitGroup
	onlookers.Go(func() { lookOn(s, done) })
	for n := range clients {
		cfg := once(s.Config())
		if n%(clients/ports) == 0 {
			cfg.BaseEndpoint, cfg.HTTPClient = &listening.URL, plainBodies{listening.Client()}
		}
		crowd.Go(func() {
			if err := (client{cfg, n}).live(ctx); err != nil {
				t.Errorf("client %d: %v", n, err)
			}
		})
	}
	crowd.Wait()
	close(done)
	onlookers.Wait()

	calls := s.CallSummary()
	maps.DeleteFunc(calls, func(action string, n int) bool { return before[action] == n })
	want := map[string]int{"sts:GetCallerIdentity": clients, "ec2:RunInstances": clients, "ec2:CreateTags": clients, "ec2:DescribeInstances": clients,
		"ssm:SendCommand": clients, "ssm:GetCommandInvocation": clients, "ec2:TerminateInstances": clients}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	countCrowd(t, s, clients)
}

// countCrowd counts what the clients left behind.
func countCrowd(t *testing.T, s *mock.Server, clients int) {
	t.Helper()
	states, names := map[string]int{}, map[string]bool{}
	pages := ec2.NewDescribeInstancesPaginator(ec2.NewFromConfig(s.Config()), &ec2.DescribeInstancesInput{MaxResults: new(int32(1000))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Reservations {
			for _, i := range r.Instances {
				states[string(i.State.Name)]++
				names[nameOf(i)] = true
			}
		}
	}
	if states["terminated"] != clients || len(states) != 1 || len(names) != clients {
		t.Errorf("states %v with %d names, want %d terminated", states, len(names), clients)
	}
	statuses := map[string]int{}
	commands := ssm.NewListCommandsPaginator(ssm.NewFromConfig(s.Config()), &ssm.ListCommandsInput{})
	for commands.HasMorePages() {
		page, err := commands.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Commands {
			statuses[string(c.Status)]++
		}
	}
	if statuses["Success"] != clients || len(statuses) != 1 {
		t.Errorf("commands %v, want %d successes", statuses, clients)
	}
}

// lookOn uses the controls until done is closed.
func lookOn(s *mock.Server, done <-chan struct{}) {
	for {
		select {
		case <-done:
			return
		default:
			_, _, _, _ = s.Health(), s.CallSummary(), s.Faults(), s.Revision()
			_ = s.Advance(time.Millisecond) // never negative
		}
	}
}

// client is one of the crowd.
type client struct {
	cfg aws.Config
	n   int
}

// live is the whole life of one client and its instance.
func (c client) live(ctx context.Context) error {
	machines, commands := ec2.NewFromConfig(c.cfg), ssm.NewFromConfig(c.cfg)
	if _, err := sts.NewFromConfig(c.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); err != nil {
		return err
	}
	run, err := machines.RunInstances(ctx, &ec2.RunInstancesInput{LaunchTemplate: &ec2types.LaunchTemplateSpecification{LaunchTemplateName: new("web")},
		MinCount: new(int32(1)), MaxCount: new(int32(1))})
	if err != nil {
		return err
	}
	ids := []string{*run.Instances[0].InstanceId}
	name := fmt.Sprintf("client-%d", c.n)
	if _, err := machines.CreateTags(ctx, &ec2.CreateTagsInput{Resources: ids, Tags: []ec2types.Tag{{Key: new("Name"), Value: &name}}}); err != nil {
		return err
	}
	found, err := machines.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{{Name: new("tag:Name"), Values: []string{name}}}})
	if err != nil {
		return err
	}
	if len(found.Reservations) != 1 || *found.Reservations[0].Instances[0].InstanceId != ids[0] {
		return fmt.Errorf("%s finds %d reservations", name, len(found.Reservations))
	}
	if err := c.run(ctx, commands, ids, name); err != nil {
		return err
	}
	_, err = machines.TerminateInstances(ctx, &ec2.TerminateInstancesInput{InstanceIds: ids})
	return err
}

// run sends a script and reads its own output back.
func (c client) run(ctx context.Context, commands *ssm.Client, ids []string, name string) error {
	sent, err := commands.SendCommand(ctx, &ssm.SendCommandInput{DocumentName: new("AWS-RunShellScript"), InstanceIds: ids,
		Parameters: map[string][]string{"commands": {"echo I am " + name + " | tr a-z A-Z"}}})
	if err != nil {
		return err
	}
	out, err := commands.GetCommandInvocation(ctx, &ssm.GetCommandInvocationInput{CommandId: sent.Command.CommandId, InstanceId: &ids[0]})
	if err != nil {
		return err
	}
	if got, want := *out.StandardOutputContent, "I AM "+strings.ToUpper(name)+"\n"; got != want {
		return fmt.Errorf("the script printed %q (%s), want %q", got, out.Status, want)
	}
	return nil
}

func nameOf(i ec2types.Instance) string {
	for _, tag := range i.Tags {
		if *tag.Key == "Name" {
			return *tag.Value
		}
	}
	return ""
}

// plainBodies hides that the bodies of the SDK's requests have a WriteTo method, which lets net/http close a connection
// under an answer that comes early (smithy-go v1.28.8).
type plainBodies struct{ client *http.Client }

// Do sends a request.
func (c plainBodies) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r = r.WithContext(r.Context())
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.client.Do(r)
}
