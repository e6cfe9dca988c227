package settings_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/settings"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// tag changes the tags of what a selector means, with a plan of its own.
func (y yard) tag(selector fleet.Selector, c settings.TagChange) ([]settings.Result, error) {
	y.Helper()
	return settings.New(y.Config()).Tag(y.Context(), c.Plan(y.listing(selector), selector), c)
}

func parsed(t *testing.T, remove bool, texts ...string) settings.TagChange {
	t.Helper()
	c, err := settings.ParseTags(texts, remove)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTagsAreSetChangedAndRemoved(t *testing.T) {
	y := newYard(t, mock.Group{Count: 1, Tags: map[string]string{"env": "dev", "old": "1"}})
	steps := []struct {
		c    settings.TagChange
		want map[string]string
		done string
	}{
		{parsed(t, false, "env=prod", "owner=", "eq=a=b"), map[string]string{"env": "prod", "old": "1", "owner": "", "eq": "a=b"}, "done"},
		{parsed(t, false, "env=prod"), map[string]string{"env": "prod", "old": "1", "owner": "", "eq": "a=b"}, "already"},
		{parsed(t, true, "env=dev", "old"), map[string]string{"env": "prod", "owner": "", "eq": "a=b"}, "done"},
		{parsed(t, true, "owner=", "eq=a=b"), map[string]string{"env": "prod"}, "done"},
		{parsed(t, true, "owner"), map[string]string{"env": "prod"}, "already"},
	}
	for n, step := range steps {
		results, err := y.tag(fleet.All(), step.c)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(map[string]int{step.done: 1}, tally(results)); diff != "" {
			t.Errorf("step %d (-want +got)\n%s", n, diff)
		}
		if diff := cmp.Diff(step.want, y.listing(fleet.All()).Instances[0].Tags); diff != "" {
			t.Errorf("step %d (-want +got)\n%s", n, diff)
		}
	}
}

// TestAttachedResourcesAreTaggedInFewCalls: 400 instances with a volume and an interface each are 1,200 resources.
func TestAttachedResourcesAreTaggedInFewCalls(t *testing.T) {
	y := newYard(t, mock.Group{Count: 400})
	c := parsed(t, false, "owner=me")
	c.Attached = true
	results, err := y.tag(fleet.All(), c)
	if err != nil || tally(results)["done"] != 400 {
		t.Fatalf("%v, %v", tally(results), err)
	}
	if n := y.CallSummary()["ec2:CreateTags"]; n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
	kinds := map[string]int{}
	pages := ec2.NewDescribeTagsPaginator(ec2.NewFromConfig(y.Config()), &ec2.DescribeTagsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, tag := range page.Tags {
			kinds[string(tag.ResourceType)]++
		}
	}
	if diff := cmp.Diff(map[string]int{"instance": 400, "volume": 400, "network-interface": 400}, kinds); diff != "" {
		t.Errorf("tags by kind (-want +got)\n%s", diff)
	}
}

func TestAnInstanceWithFiftyTagsGetsNoMore(t *testing.T) {
	tags := map[string]string{}
	for n := range 50 {
		tags[fmt.Sprintf("k%02d", n)] = "v"
	}
	y := newYard(t, mock.Group{Count: 1, Tags: tags}, mock.Group{Count: 1})
	results, err := y.tag(fleet.All(), parsed(t, false, "one=more"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"done": 1, "it would have 51 tags; at most 50": 1}, tally(results)); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	results, err = y.tag(fleet.All(), parsed(t, false, "k00=other"))
	if err != nil || tally(results)["done"] != 2 {
		t.Errorf("another value: %v, %v", tally(results), err)
	}
}

// TestOneResourceThatRefusesFailsAlone holds the halving where AWS names no resource, and that an instance fails with its volume.
func TestOneResourceThatRefusesFailsAlone(t *testing.T) {
	y := newYard(t, mock.Group{Count: 8})
	c := parsed(t, false, "owner=me")
	c.Attached = true
	volume := y.listing(fleet.ByID(y.ids[3])).Instances[0].Volumes[0]
	if err := y.Fault(world.Fault{Action: "CreateTags", Resource: volume, Code: "ConcurrentTagAccess", Message: "busy"}); err != nil {
		t.Fatal(err)
	}
	results, err := y.tag(fleet.All(), c)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(results, func(r settings.Result) bool { return r.Err != nil })
	if len(results) != 8 || at < 0 || results[at].Instance.ID != y.ids[3] || !strings.HasPrefix(results[at].Err.Error(), volume+": ") || tally(results)["done"] != 7 {
		t.Errorf("got %v", tally(results))
	}
}

func TestTagsThatAWSWouldRefuseAreNotSent(t *testing.T) {
	for _, tt := range []struct {
		text   string
		remove bool
		want   string
	}{
		{"env", false, "has no value"},
		{"=x", false, "has no key"},
		{"", true, "has no key"},
		{"aws:x=1", false, "is AWS's own"},
		{"AWS:x", true, "is AWS's own"},
		{strings.Repeat("k", 129) + "=", false, "129 characters; at most 128"},
		{"k=" + strings.Repeat("ü", 257), false, "257 characters; at most 256"},
		{"k=\xff", false, "UTF-8"},
	} {
		_, err := settings.ParseTags([]string{tt.text}, tt.remove)
		if e, ok := errors.AsType[*settings.TagError](err); !ok || !strings.Contains(e.Problem, tt.want) {
			t.Errorf("%q: got %v, want %q", tt.text, err, tt.want)
		}
	}
	if _, err := settings.ParseTags([]string{"a=1", "a=2"}, false); err == nil {
		t.Error("the same key twice is taken")
	}
}

func FuzzParseTags(f *testing.F) {
	f.Add("env=prod", false)
	f.Add("env", true)
	f.Add("a=b=c", true)
	f.Fuzz(func(t *testing.T, text string, remove bool) {
		c, err := settings.ParseTags([]string{text}, remove)
		if err != nil {
			return
		}
		if len(c.Set)+len(c.Remove) != 1 || remove != (len(c.Remove) == 1) {
			t.Errorf("%q became %v", text, c)
		}
		for key, value := range c.Set {
			if key+"="+value != text {
				t.Errorf("%q became %q", text, key+"="+value)
			}
		}
	})
}
