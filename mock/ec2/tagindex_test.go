package ec2

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/world"
)

var here = world.Scope{Account: world.DefaultAccount, Region: "us-east-1"}

// populated is a region with n bare instances: as many as 400 of them, evenly spread, are
// tagged role=web, the others role=db.
func populated(n int) (*Service, *region) {
	s := New(world.New(world.Settings{}))
	r := s.in(here)
	for k := range n {
		i := &instance{record: s.record(r, "i"), ReservationID: "r-0123456789abcdef0", Type: "t3.micro", State: running}
		r.Instances.add(i)
		role := "db"
		if k%max(n/400, 1) == 0 {
			role = "web"
		}
		r.setTags(i.ID, map[string]string{"role": role, "Name": fmt.Sprintf("node-%d", k)})
	}
	return s, r
}

func byRole(roles ...string) []types.Filter {
	return []types.Filter{{Name: new("tag:role"), Values: roles}}
}

// TestPageByTagCostsTheSameInALargeRegion counts the instances that a page looks at and
// what it allocates, from the first page and from the middle.
func TestPageByTagCostsTheSameInALargeRegion(t *testing.T) {
	type cost struct{ looked, allocated float64 }
	costs := func(n int) map[string]cost {
		s, r := populated(n)
		ctx := world.WithScope(t.Context(), here)
		first := &ec2api.DescribeInstancesInput{MaxResults: new(int32(100)), Filters: byRole("web")}
		out, err := s.DescribeInstances(ctx, first)
		if err != nil {
			t.Fatal(err)
		}
		both := &ec2api.DescribeInstancesInput{MaxResults: new(int32(100)), Filters: byRole("web", "db"), NextToken: out.NextToken}
		most := &ec2api.DescribeInstancesInput{MaxResults: new(int32(100)), Filters: byRole("db"), NextToken: out.NextToken}
		narrowed := &ec2api.DescribeInstancesInput{MaxResults: new(int32(100)), NextToken: out.NextToken,
			Filters: append(byRole("web"), types.Filter{Name: new("instance-state-name"), Values: []string{"running"}})}
		found := map[string]cost{}
		for name, in := range map[string]*ec2api.DescribeInstancesInput{"the first page": first, "a page of most": most, "a page of two values": both, "a page with another filter": narrowed} {
			looked := 0
			q := r.instanceQuery(in)
			q.extra = func(*instance) bool { looked++; return true }
			if page, _, err := q.run(r); err != nil || len(page) != 100 {
				t.Fatal(len(page), err)
			}
			found[name] = cost{float64(looked), testing.AllocsPerRun(3, func() {
				if _, err := s.DescribeInstances(ctx, in); err != nil {
					t.Error(err)
				}
			})}
		}
		return found
	}
	large := costs(100_000)
	for name, small := range costs(1000) {
		if l := large[name]; l.looked > 2*small.looked || l.allocated > 2*small.allocated {
			t.Errorf("%s: looks at %v of 100,000 instances with %v allocations; of 1,000 at %v with %v", name, l.looked, l.allocated, small.looked, small.allocated)
		}
	}
}

// TestTagIndexFindsWhatAScanFinds changes tags, forgets and restores at random, and holds
// what the index finds against a scan of all instances.
func TestTagIndexFindsWhatAScanFinds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	s, r := populated(60)
	pick := func(of ...string) string { return of[rnd.IntN(len(of))] }
	for step := range 3000 {
		all := slices.Collect(r.Instances.all())
		i := all[rnd.IntN(len(all))]
		switch rnd.IntN(20) {
		case 0:
			if len(all) > 20 {
				r.forget(i)
			}
		case 1:
			fresh := &instance{record: s.record(r, "i"), State: running}
			r.Instances.add(fresh)
			r.setTags(fresh.ID, map[string]string{"role": pick("web", "db", "cache")})
		case 2, 3:
			key := pick("role", "Name", "env")
			r.removeTags(i.ID, func(k, _ string) bool { return k == key })
		case 4:
			r.dropTags(i.ID)
		case 5:
			data, err := json.Marshal(s.Snapshot())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Restore(data); err != nil {
				t.Fatal(err)
			}
			r = s.in(here)
		default:
			r.setTags(i.ID, map[string]string{pick("role", "env"): pick("web", "db", "cache", "")})
		}
		filters := []types.Filter{{Name: new("tag:" + pick("role", "env", "Name")), Values: []string{pick("web", "db", "", "none"), pick("web", "cache", "node-7", "node-*")}}}
		if rnd.IntN(2) == 0 {
			filters = append(filters, byRole(pick("web", "db"))...)
		}
		if diff := cmp.Diff(scanned(t, r, filters), paged(t, r, filters, int32(5+rnd.IntN(20)))); diff != "" {
			t.Fatalf("step %d, %s: the scan and the index differ:\n%s", step, showFilters(filters), diff)
		}
	}
}

// scanned is what a scan of every instance finds.
func scanned(t *testing.T, r *region, filters []types.Filter) []string {
	t.Helper()
	match, err := instanceFilters.compile(filters, r)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for i := range where(r.Instances.all(), match) {
		ids = append(ids, i.ID)
	}
	return ids
}

// paged is what the pages of DescribeInstances find.
func paged(t *testing.T, r *region, filters []types.Filter, size int32) []string {
	t.Helper()
	var ids []string
	in := &ec2api.DescribeInstancesInput{Filters: filters, MaxResults: &size}
	for {
		page, next, err := r.instanceQuery(in).run(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page {
			ids = append(ids, i.ID)
		}
		if in.NextToken = next; next == nil {
			return ids
		}
	}
}

func showFilters(filters []types.Filter) string {
	text := ""
	for _, f := range filters {
		text += fmt.Sprintf("%s=%q ", *f.Name, f.Values)
	}
	return text
}

// TestForgettingKeepsTheRest holds also that what is forgotten leaves nothing behind.
func TestForgettingKeepsTheRest(t *testing.T) {
	_, r := populated(5000)
	all := slices.Collect(r.Instances.all())
	for _, i := range all[:4990] {
		r.forget(i)
	}
	if diff := cmp.Diff(mapped(all[4990:], (*instance).id), mapped(slices.Collect(r.Instances.all()), (*instance).id)); diff != "" {
		t.Errorf("what is left:\n%s", diff)
	}
	if slots, tags := len(r.Instances.slots), len(r.Tags); slots > 40 || tags != 10 || len(r.byTag["Name"]) != 10 {
		t.Errorf("%d places, %d tagged resources and %d names are kept for 10 instances", slots, tags, len(r.byTag["Name"]))
	}
}

// TestResetCostsTheSameWhateverIsForgotten resets a thousand times, an empty region and
// one with many instances.
func TestResetCostsTheSameWhateverIsForgotten(t *testing.T) {
	perReset := func(n int) float64 {
		w := world.New(world.Settings{})
		s := New(w)
		full, _ := populated(n)
		kept := full.regions
		return testing.AllocsPerRun(1000, func() {
			s.regions = kept
			w.Reset(world.Settings{})
		})
	}
	if empty, full := perReset(0), perReset(20_000); full > empty {
		t.Errorf("a reset allocates %v times with 20,000 instances, %v times with none", full, empty)
	}
}
