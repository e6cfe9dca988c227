package launch_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/launch"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// pad is a mock with the launch template "web", whose instances take their believable time.
type pad struct {
	t        *testing.T
	server   *mock.Server
	launcher *launch.Launcher
}

func newPad(t *testing.T) *pad {
	t.Helper()
	server := mocktest.New(t, world.Settings{})
	template := mock.Template{Name: "web", Tags: map[string]string{"role": "web", "env": "dev"}}
	if _, err := server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{template}}); err != nil {
		t.Fatal(err)
	}
	scope, err := account.New(server.Config(), account.Settings{}) // its rules say what is tried again
	if err != nil {
		t.Fatal(err)
	}
	return &pad{t: t, server: server, launcher: launch.New(scope.Config)}
}

// addVersion gives the template another version with another type.
func (p *pad) addVersion() {
	p.t.Helper()
	_, err := ec2.NewFromConfig(p.server.Config()).CreateLaunchTemplateVersion(p.t.Context(), &ec2.CreateLaunchTemplateVersionInput{
		LaunchTemplateName: new("web"), SourceVersion: new("1"), VersionDescription: new("larger"),
		LaunchTemplateData: &ec2types.RequestLaunchTemplateData{InstanceType: ec2types.InstanceTypeT3Small},
	})
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *pad) plan(r launch.Request) launch.Plan {
	p.t.Helper()
	plan, err := p.launcher.Plan(p.t.Context(), r)
	if err != nil {
		p.t.Fatal(err)
	}
	return plan
}

func (p *pad) apply(plan launch.Plan) []launch.Result {
	p.t.Helper()
	results, err := p.launcher.Apply(p.t.Context(), plan, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return results
}

func (p *pad) instances() []fleet.Instance {
	p.t.Helper()
	listing, err := fleet.NewInventory(p.server.Config()).List(p.t.Context(), fleet.All(), fleet.ListOptions{})
	if err != nil {
		p.t.Fatal(err)
	}
	return listing.Instances
}

func TestPlanResolvesTheVersionToItsNumber(t *testing.T) {
	p := newPad(t)
	p.addVersion()
	for version, want := range map[string]struct {
		number int64
		kind   string
	}{"": {1, "t3.micro"}, "$Default": {1, "t3.micro"}, "$Latest": {2, "t3.small"}, "1": {1, "t3.micro"}, "2": {2, "t3.small"}} {
		plan := p.plan(launch.Request{Template: "web", Version: version, Count: 1, ClientToken: "t"})
		if plan.Version != want.number || plan.InstanceType() != want.kind || plan.ImageID() == "" || plan.TemplateName != "web" {
			t.Errorf("version %q: got %+v, want %+v", version, plan, want)
		}
		byID := p.plan(launch.Request{Template: plan.TemplateID, Version: version, Count: 1, ClientToken: "t"})
		if diff := cmp.Diff(inJSON(t, plan), inJSON(t, byID)); diff != "" {
			t.Errorf("version %q by id (-name +id)\n%s", version, diff)
		}
	}
}

// inJSON shows a plan: go-cmp does not look into the SDK's types.
func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestPlanNamesWhatExists(t *testing.T) {
	p := newPad(t)
	p.addVersion()
	for _, tt := range []struct {
		template, version string
		want              error
	}{
		{"wbe", "", &launch.TemplateError{Template: "wbe", Known: []string{"web"}}},
		{"lt-00000000000000000", "", &launch.TemplateError{Template: "lt-00000000000000000", Known: []string{"web"}}},
		{"web", "3", &launch.VersionError{Template: "web", Version: "3", Default: 1, Latest: 2}},
	} {
		_, err := p.launcher.Plan(t.Context(), launch.Request{Template: tt.template, Version: tt.version, Count: 1, ClientToken: "t"})
		if diff := cmp.Diff(tt.want, err); diff != "" {
			t.Errorf("%s %s (-want +got)\n%s", tt.template, tt.version, diff)
		}
	}
}

func TestALaunchHasItsOwnTagsAndTheTemplates(t *testing.T) {
	p := newPad(t)
	r := launch.Request{Template: "web", Count: 2, Name: "canary", Tags: map[string]string{"env": "prod", "team": ""}, ClientToken: "t"}
	results := p.apply(p.plan(r))
	if len(results) != 2 {
		t.Fatalf("%d instances, want 2", len(results))
	}
	want := map[string]string{"Name": "canary", "role": "web", "env": "prod", "team": ""}
	for _, i := range p.instances() {
		system := cmpopts.IgnoreMapEntries(func(key, _ string) bool { return len(key) > 4 && key[:4] == "aws:" })
		if diff := cmp.Diff(want, i.Tags, system); diff != "" {
			t.Errorf("%s (-want +got)\n%s", i.ID, diff)
		}
	}
}

// TestTheSameClientTokenLaunchesNothingTwice holds it also where the template has a new version in between.
func TestTheSameClientTokenLaunchesNothingTwice(t *testing.T) {
	p := newPad(t)
	plan := p.plan(launch.Request{Template: "web", Version: "$Latest", Count: 2, ClientToken: "once"})
	first := p.apply(plan)
	p.addVersion()
	again := p.apply(plan)
	ids := func(results []launch.Result) []string {
		return []string{results[0].Instance.ID, results[1].Instance.ID}
	}
	if diff := cmp.Diff(ids(first), ids(again)); diff != "" {
		t.Errorf("(-first +again)\n%s", diff)
	}
	if n := len(p.instances()); n != 2 {
		t.Errorf("%d instances, want 2", n)
	}
}

func TestWaitUntil(t *testing.T) {
	for _, until := range []launch.Until{launch.UntilRunning, launch.UntilOK, launch.UntilSSM} {
		t.Run(string(until), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPad(t)
				results := p.apply(p.plan(launch.Request{Template: "web", Count: 3, ClientToken: "t"}))
				var last fleet.Progress
				err := p.launcher.Wait(t.Context(), results, until, time.Hour, func(now fleet.Progress) { last = now })
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range results {
					if r.Err != nil || r.Instance.State != fleet.Running {
						t.Errorf("%s: %s, %v", r.Instance.ID, r.Instance.State, r.Err)
					}
					if until == launch.UntilSSM && r.Instance.Node.Ping != fleet.Online {
						t.Errorf("%s: %q in SSM", r.Instance.ID, r.Instance.Node.Ping)
					}
				}
				if want := (fleet.Progress{Arrived: 3}); last != want {
					t.Errorf("the last progress is %+v, want %+v", last, want)
				}
			})
		})
	}
}

func TestWaitReportsWhatDidNotArrive(t *testing.T) {
	for until, still := range map[launch.Until]string{
		launch.UntilRunning: "pending", launch.UntilOK: "pending", launch.UntilSSM: "pending",
	} {
		synctest.Test(t, func(t *testing.T) {
			p := newPad(t)
			results := p.apply(p.plan(launch.Request{Template: "web", Count: 1, ClientToken: "t"}))
			if err := p.launcher.Wait(t.Context(), results, until, 2*time.Second, nil); err != nil {
				t.Fatal(err)
			}
			late, ok := errors.AsType[*fleet.LateError](results[0].Err)
			if !ok || late.Still != still {
				t.Errorf("%s: got %v, want still %s", until, results[0].Err, still)
			}
		})
	}
}

// TestWaitToleratesIDsThatEC2DoesNotKnowYet holds what is normal right after a launch.
func TestWaitToleratesIDsThatEC2DoesNotKnowYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPad(t)
		results := p.apply(p.plan(launch.Request{Template: "web", Count: 1, ClientToken: "t"}))
		err := p.server.Fault(world.Fault{Service: "ec2", Action: "DescribeInstanceStatus", Code: "InvalidInstanceID.NotFound", Times: 2})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.launcher.Wait(t.Context(), results, launch.UntilOK, time.Hour, nil); err != nil || results[0].Err != nil {
			t.Errorf("got %v, %v", err, results[0].Err)
		}
	})
}

func TestWaitReportsALaunchThatEC2TakesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPad(t)
		results := p.apply(p.plan(launch.Request{Template: "web", Count: 2, ClientToken: "t"}))
		_, err := ec2.NewFromConfig(p.server.Config()).TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{
			InstanceIds: []string{results[0].Instance.ID},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.launcher.Wait(t.Context(), results, launch.UntilRunning, time.Hour, nil); err != nil {
			t.Fatal(err)
		}
		if results[0].Err == nil || results[1].Err != nil {
			t.Errorf("got %v and %v, want an error of the first alone", results[0].Err, results[1].Err)
		}
	})
}

func ExampleLauncher_Plan() {
	server := mock.New(world.Settings{})
	if _, err := server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}}}); err != nil {
		fmt.Println(err)
		return
	}
	launcher := launch.New(server.Config())
	plan, err := launcher.Plan(context.Background(), launch.Request{Template: "web", Version: "$Latest", Count: 3, ClientToken: "demo"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d of %s from version %d of %s\n", plan.Count, plan.InstanceType(), plan.Version, plan.TemplateName)
	// Output: 3 of t3.micro from version 1 of web
}
