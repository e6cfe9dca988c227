package fleet_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// TestWhatEC2FiltersAndWhatWeFilterIsTheWhole gives a thousand random selectors to ten random fleets. What EC2's filters let
// through and Match then keeps has to be what Match alone keeps of everything.
func TestWhatEC2FiltersAndWhatWeFilterIsTheWhole(t *testing.T) {
	read, selectors := 0, 0
	for n := range uint64(10) {
		random := rand.New(rand.NewPCG(n, 3))
		server := randomFleet(t, random)
		now := server.Clock().Now
		everything := list(t, server, fleet.All(), fleet.ListOptions{Nodes: true}).Instances
		for selectors < int(n+1)*100 {
			text := randomSelector(random, everything, 3)
			selector, err := fleet.Parse([]string{text})
			if err != nil {
				continue // a contradiction, most likely
			}
			selectors++
			got := list(t, server, selector, fleet.ListOptions{Now: now}).Instances
			told := selector.With(fleet.Facts{Now: now, Nodes: true})
			if diff := cmp.Diff(matched(told, everything), sortedIDs(got)); diff != "" {
				t.Fatalf("fleet %d, %s, read as %s (-Match of everything +EC2 and Match)\n%s", n, text, selector, diff)
			}
			read += len(got)
		}
	}
	t.Logf("%d selectors meant %d instances", selectors, read)
}

// randomFleet makes instances of all kinds that the mock has, an hour apart.
func randomFleet(t *testing.T, random *rand.Rand) *mock.Server {
	t.Helper()
	server := mocktest.New(t)
	values := []string{"a", "b", "ab", "a*", "a b", "A"}
	var all []string
	for range 12 {
		tags := map[string]string{}
		for _, key := range []string{"k", "role", "x:y"} {
			if random.IntN(3) > 0 {
				tags[key] = pick(random, values)
			}
		}
		ids, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{
			Count: 1 + random.IntN(3), Name: pick(random, values), Tags: tags, Type: pick(random, []string{"t3.micro", "t3.small", "t3.medium"}),
			Zone: pick(random, []string{"us-east-1a", "us-east-1b"}), Agent: pick(random, []world.Agent{"", "lost", "none"}),
		}}})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, ids...)
		if err := server.Advance(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	client := ec2.NewFromConfig(server.Config())
	if _, err := client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: all[:5]}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.TerminateInstances(t.Context(), &ec2.TerminateInstancesInput{InstanceIds: all[3:7]}); err != nil {
		t.Fatal(err)
	}
	return server
}

func pick[T any](random *rand.Rand, list []T) T { return list[random.IntN(len(list))] }

// randomSelector writes a selector that is nested at most so deep.
func randomSelector(random *rand.Rand, instances []fleet.Instance, depth int) string {
	if depth == 0 || random.IntN(3) == 0 {
		return randomCondition(random, instances)
	}
	part := func() string { return randomSelector(random, instances, depth-1) }
	switch random.IntN(5) {
	case 0:
		return part() + "," + part()
	case 1:
		return part() + " or " + part()
	case 2:
		return "(" + part() + " or " + part() + ")," + part()
	case 3:
		return "not (" + part() + ")"
	default:
		return "(" + part() + ") and not " + randomCondition(random, instances)
	}
}

// randomCondition compares a key with what a random instance has there, or nearly.
func randomCondition(random *rand.Rand, instances []fleet.Instance) string {
	in, other := pick(random, instances), pick(random, instances)
	keys := []struct{ key, value, other string }{
		{"name", in.Name, other.Name}, {"k", in.Tags["k"], other.Tags["k"]}, {"role", in.Tags["role"], other.Tags["role"]},
		{"tag:x:y", in.Tags["x:y"], other.Tags["x:y"]}, {"state", string(in.State), string(other.State)}, {"az", in.Zone, other.Zone},
		{"type", in.Type, other.Type}, {"ami", in.ImageID, other.ImageID}, {"vpc", in.VPCID, other.VPCID},
		{"subnet", in.SubnetID, other.SubnetID}, {"id", in.ID, other.ID}, {"platform", "linux", "windows"},
		{"lifecycle", "spot", "on-demand"}, {"ssm", "none", pick(random, []string{"online", "lost"})},
	}
	i := random.IntN(len(keys) + 1)
	if i == len(keys) {
		return pick(random, []string{"older", "newer"}) + fmt.Sprintf("=%dh", int(world.SeededFor.Hours())+random.IntN(12))
	}
	c := keys[i]
	first, second := quoted(c.value), quoted(c.other)
	if first == "" {
		first = "*"
	}
	switch random.IntN(4) {
	case 0:
		return c.key + "!=" + first
	case 1:
		return c.key + pick(random, []string{" in (", " not in ("}) + first + "," + second + ")"
	case 2:
		if i < 4 {
			return c.key + "=" + pick(random, []string{"*", "a*", "?", "*b", `a\*`})
		}
	}
	return c.key + "=" + first
}

func quoted(value string) string {
	return strings.NewReplacer(" ", `\ `, "*", `\*`).Replace(value)
}

func sortedIDs(instances []fleet.Instance) []string {
	var ids []string
	for _, in := range instances {
		ids = append(ids, in.ID)
	}
	slices.Sort(ids)
	return ids
}
