package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

func parse(t *testing.T, args ...string) fleet.Selector {
	t.Helper()
	selector, err := fleet.Parse(args)
	if err != nil {
		t.Fatal(err)
	}
	return selector
}

func seed(t *testing.T, groups ...mock.Group) (*mock.Server, []string) {
	t.Helper()
	server := mocktest.New(t)
	ids, err := server.Seed(mock.Here, mock.Fleet{Groups: groups})
	if err != nil {
		t.Fatal(err)
	}
	return server, ids
}

func list(t *testing.T, server *mock.Server, s fleet.Selector, o fleet.ListOptions) fleet.Listing {
	t.Helper()
	listing, err := fleet.NewInventory(server.Config()).List(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return listing
}

func names(instances []fleet.Instance) []string {
	var names []string
	for _, i := range instances {
		names = append(names, i.Name)
	}
	return names
}

func TestListSortsByName(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 3, Name: "web-#"}, mock.Group{Count: 2, Name: "db-#"})
	got := names(list(t, server, fleet.All(), fleet.ListOptions{}).Instances)
	if want := []string{"db-1", "db-2", "web-1", "web-2", "web-3"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestListReadsAllPages(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 1001})
	listing := list(t, server, fleet.All(), fleet.ListOptions{Nodes: true})
	online := 0
	for _, i := range listing.Instances {
		if i.Node.Ping == fleet.Online {
			online++
		}
	}
	if len(listing.Instances) != 1001 || online != 1001 {
		t.Errorf("%d instances, %d online; want 1001 of both", len(listing.Instances), online)
	}
	want := map[string]int{"ec2:DescribeInstances": 2, "ssm:DescribeInstanceProperties": 2}
	if diff := cmp.Diff(want, server.CallSummary()); diff != "" {
		t.Errorf("calls (-want +got)\n%s", diff)
	}
}

func TestListNamesMissingIDs(t *testing.T) {
	server, ids := seed(t, mock.Group{Count: 2, Name: "web-#"})
	const gone = "i-00000000000000000"
	listing := list(t, server, fleet.ByID(gone, ids[0]), fleet.ListOptions{Nodes: true})
	if len(listing.Instances) != 1 || !slices.Equal(listing.Missing, []string{gone}) || listing.NodesErr != nil {
		t.Errorf("got %d instances, missing %v, %v", len(listing.Instances), listing.Missing, listing.NodesErr)
	}
	if listing.Instances[0].Node.Ping != fleet.Online {
		t.Errorf("the node of the other is %+v", listing.Instances[0].Node)
	}
	listing = list(t, server, parse(t, ids[0]+",state=stopped"), fleet.ListOptions{})
	if len(listing.Missing) > 0 {
		t.Errorf("an instance in another state is called missing: %v", listing.Missing)
	}
}

func TestListTellsOnlineLostAndUnknownNodes(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 1, Name: "a"}, mock.Group{Count: 1, Name: "b", Agent: "lost"}, mock.Group{Count: 1, Name: "c", Agent: "none"})
	for _, selector := range []fleet.Selector{fleet.All(), parse(t, "?")} { // SSM is asked in two ways
		var got []fleet.Ping
		for _, i := range list(t, server, selector, fleet.ListOptions{Nodes: true}).Instances {
			got = append(got, i.Node.Ping)
		}
		if want := []fleet.Ping{fleet.Online, fleet.ConnectionLost, ""}; !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", selector, got, want)
		}
	}
}

func TestListGoesOnWithoutSSMAndNotWithoutEC2(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 2})
	if err := server.Fault(world.Fault{Service: "ssm", Code: "AccessDeniedException"}); err != nil {
		t.Fatal(err)
	}
	for _, selector := range []fleet.Selector{fleet.All(), parse(t, "state=running")} {
		listing := list(t, server, selector, fleet.ListOptions{Nodes: true})
		if len(listing.Instances) != 2 || listing.NodesErr == nil {
			t.Errorf("%s: %d instances, %v", selector, len(listing.Instances), listing.NodesErr)
		}
	}
	if err := server.Fault(world.Fault{Service: "ec2", Code: "UnauthorizedOperation"}); err != nil {
		t.Fatal(err)
	}
	if _, err := fleet.NewInventory(server.Config()).List(t.Context(), fleet.All(), fleet.ListOptions{Nodes: true}); err == nil {
		t.Error("no error")
	}
}

func TestTheZeroSelectorAsksForNothing(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 2})
	if listing := list(t, server, fleet.Selector{}, fleet.ListOptions{Nodes: true}); len(listing.Instances) > 0 {
		t.Errorf("it means %d instances", len(listing.Instances))
	}
	if n := len(server.Calls()); n > 0 {
		t.Errorf("%d calls", n)
	}
}

func TestInstancesEndsWhenTheReaderDoes(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 1001})
	for _, err := range fleet.NewInventory(server.Config()).Instances(t.Context(), fleet.All()) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	if n := len(server.Calls()); n != 1 {
		t.Errorf("%d calls, want the first page only", n)
	}
}

func TestListRetriesAThrottledCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, _ := seed(t, mock.Group{Count: 2})
		if err := server.Fault(world.Fault{Service: "ec2", Throttle: true, Times: 2}); err != nil {
			t.Fatal(err)
		}
		if n := len(list(t, server, fleet.All(), fleet.ListOptions{}).Instances); n != 2 {
			t.Errorf("%d instances, want 2", n)
		}
	})
}

func TestListDecidesByTheTimeThatItIsGiven(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 1, Name: "old"})
	if err := server.Advance(48 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if _, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 1, Name: "new"}}}); err != nil {
		t.Fatal(err)
	}
	o := fleet.ListOptions{Now: server.Clock().Now}
	for text, want := range map[string]string{"older=4d": "old", "newer=4d": "new", "not older=4d": "new"} {
		if got := names(list(t, server, parse(t, text), o).Instances); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: got %v, want %s", text, got, want)
		}
	}
}

func TestListAsksSSMWhereTheSelectorNeedsIt(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 2, Name: "on"}, mock.Group{Count: 1, Name: "lost", Agent: "lost"}, mock.Group{Count: 1, Name: "none", Agent: "none"})
	for text, want := range map[string][]string{
		"ssm=online": {"on", "on"}, "ssm!=online": {"lost", "none"}, "ssm in (lost,none)": {"lost", "none"}, "ssm=none or name=lost": {"lost", "none"},
	} {
		if got := names(list(t, server, parse(t, text), fleet.ListOptions{}).Instances); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
	for instance, err := range fleet.NewInventory(server.Config()).Instances(t.Context(), parse(t, "ssm=lost")) {
		if err != nil || instance.Name != "lost" {
			t.Errorf("Instances yields %s, %v", instance.Name, err)
		}
	}
	if err := server.Fault(world.Fault{Service: "ssm", Code: "AccessDeniedException"}); err != nil {
		t.Fatal(err)
	}
	if listing, err := fleet.NewInventory(server.Config()).List(t.Context(), parse(t, "ssm!=online"), fleet.ListOptions{}); err == nil {
		t.Errorf("without SSM it means %v", names(listing.Instances))
	}
}

func TestListFindsTemplatesByName(t *testing.T) {
	server := mocktest.New(t)
	if _, err := server.Seed(mock.Here, mock.Fleet{Templates: []mock.Template{{Name: "web"}, {Name: "web2"}}, Groups: []mock.Group{{Count: 1, Name: "other"}}}); err != nil {
		t.Fatal(err)
	}
	client := ec2.NewFromConfig(server.Config())
	out, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		MinCount: new(int32(1)), MaxCount: new(int32(1)), LaunchTemplate: &ec2types.LaunchTemplateSpecification{LaunchTemplateName: new("web")},
	})
	if err != nil {
		t.Fatal(err)
	}
	before := server.CallSummary()["ec2:DescribeLaunchTemplates"]
	for text, want := range map[string]int{"launched-by=web": 1, "launched-by=web2": 0, "launched-by!=web": 1, "launched-by in (web,web2)": 1} {
		listing := list(t, server, parse(t, text), fleet.ListOptions{})
		if len(listing.Instances) != want {
			t.Errorf("%s: %d instances, want %d", text, len(listing.Instances), want)
		}
		if text == "launched-by=web" && listing.Instances[0].ID != *out.Instances[0].InstanceId {
			t.Errorf("%s: another instance", text)
		}
	}
	if n := server.CallSummary()["ec2:DescribeLaunchTemplates"] - before; n != 4 {
		t.Errorf("%d calls for 4 selectors", n)
	}
	_, err = fleet.NewInventory(server.Config()).List(t.Context(), parse(t, "launched-by!=wbe"), fleet.ListOptions{})
	if refused, ok := errors.AsType[*fleet.SelectorError](err); !ok || refused.Kind != fleet.UnknownTemplate {
		t.Errorf("a template that does not exist: %v", err)
	}
}

func TestListTakesEachInstanceOnceFromSeveralQueries(t *testing.T) {
	server, _ := seed(t, mock.Group{Count: 3, Name: "web", Tags: map[string]string{"role": "web"}})
	listing := list(t, server, parse(t, "role=web or type=t3.*"), fleet.ListOptions{})
	if len(listing.Instances) != 3 || server.CallSummary()["ec2:DescribeInstances"] != 2 {
		t.Errorf("%d instances by %v", len(listing.Instances), server.CallSummary())
	}
	const gone = "i-00000000000000000"
	if listing := list(t, server, parse(t, gone+" or role=web"), fleet.ListOptions{}); !slices.Equal(listing.Missing, []string{gone}) {
		t.Errorf("missing are %v", listing.Missing)
	}
}

// TestEC2AndMatchAgree gives random selectors to both sides: what EC2's filters let through has to hold all that Match
// accepts, and where there is one condition for each key, nothing else.
func TestEC2AndMatchAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	values := []string{"a", "A", "ab", "a*b", "b?", `c\d`, "", "é", "a,b", "a b"}
	pick := func(list []string) string { return list[random.IntN(len(list))] }
	var groups []mock.Group
	for range 60 {
		groups = append(groups, mock.Group{Count: 1, Name: pick(values[:5]), Tags: map[string]string{"k": pick(values), "K": pick(values), "x:y": pick(values)}})
	}
	server, ids := seed(t, groups...)
	client := ec2.NewFromConfig(server.Config())
	if _, err := client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: ids[:20]}); err != nil {
		t.Fatal(err)
	}
	everything := list(t, server, fleet.All(), fleet.ListOptions{}).Instances
	pieces := []string{"a", "b", "*", "?", `\*`, `\?`, `\\`, `\,`, "é", "A", `\ `, "d"}
	keys := []string{"k", "K", "tag:x:y", "Name", "tag:absent"}
	for range 400 {
		var terms []string
		for _, i := range random.Perm(len(keys))[:1+random.IntN(2)] {
			var value strings.Builder
			for range 1 + random.IntN(4) {
				value.WriteString(pick(pieces))
			}
			terms = append(terms, keys[i]+"="+value.String())
		}
		if random.IntN(3) == 0 {
			terms = append(terms, "state=stopped")
		}
		if random.IntN(6) == 0 {
			terms = append(terms, pick(ids))
		}
		selector := parse(t, strings.Join(terms, ","))
		if diff := cmp.Diff(matched(selector, everything), filtered(t, client, selector)); diff != "" {
			t.Fatalf("%s (-Match +EC2)\n%s", selector, diff)
		}
	}
}

// matched is what Match says.
func matched(s fleet.Selector, instances []fleet.Instance) []string {
	var ids []string
	for _, i := range instances {
		if s.Match(i) {
			ids = append(ids, i.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// filtered is what EC2's filters let through.
func filtered(t *testing.T, client *ec2.Client, s fleet.Selector) []string {
	t.Helper()
	var ids []string
	for _, filters := range s.Queries() {
		out, err := client.DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{Filters: filters, MaxResults: new(int32(1000))})
		if err != nil {
			t.Fatal(err)
		}
		for _, reservation := range out.Reservations {
			for _, i := range reservation.Instances {
				ids = append(ids, *i.InstanceId)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func ExampleInventory_List() {
	server := mock.New(world.Settings{})
	groups := []mock.Group{{Count: 2, Name: "web-#", Tags: map[string]string{"role": "web"}}, {Count: 1, Name: "db"}}
	if _, err := server.Seed(mock.Here, mock.Fleet{Groups: groups}); err != nil {
		fmt.Println(err)
		return
	}
	selector, err := fleet.Parse([]string{"role=web,state=running"})
	if err != nil {
		fmt.Println(err)
		return
	}
	listing, err := fleet.NewInventory(server.Config()).List(context.Background(), selector, fleet.ListOptions{Nodes: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, i := range listing.Instances {
		fmt.Println(i.Name, i.State, i.Node.Ping)
	}
	// Output:
	// web-1 running Online
	// web-2 running Online
}
