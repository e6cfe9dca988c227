package launch

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/fleet"
)

func TestRequestsThatEC2WouldRefuse(t *testing.T) {
	good := func(change func(*Request)) Request {
		r := Request{Template: "web", Count: 1, ClientToken: "token"}
		change(&r)
		return r
	}
	many := func(n int) map[string]string {
		tags := map[string]string{}
		for i := range n {
			tags[fmt.Sprint(i)] = ""
		}
		return tags
	}
	tests := []struct {
		name string
		r    Request
		want string
	}{
		{"nothing wrong", good(func(*Request) {}), ""},
		{"latest", good(func(r *Request) { r.Version = "$Latest" }), ""},
		{"a number", good(func(r *Request) { r.Version = "12" }), ""},
		{"an empty value of a tag", good(func(r *Request) { r.Tags = map[string]string{"a": ""} }), ""},
		{"a tag of 128 characters", good(func(r *Request) { r.Tags = map[string]string{strings.Repeat("é", 128): strings.Repeat("é", 256)} }), ""},
		{"no template", good(func(r *Request) { r.Template = "" }), "a launch is either from a launch template or like an instance"},
		{"none", good(func(r *Request) { r.Count = 0 }), "count is 0; at least 1"},
		{"version 0", good(func(r *Request) { r.Version = "0" }), `template version "0" is not a number, $Latest or $Default`},
		{"version 07", good(func(r *Request) { r.Version = "07" }), `template version "07" is not a number, $Latest or $Default`},
		{"a word", good(func(r *Request) { r.Version = "newest" }), `template version "newest" is not a number, $Latest or $Default`},
		{"no token", good(func(r *Request) { r.ClientToken = "" }), `client token "" is not 1 to 64 ASCII characters`},
		{"a blank token", good(func(r *Request) { r.ClientToken = "a b" }), `client token "a b" is not 1 to 64 ASCII characters`},
		{"a long token", good(func(r *Request) { r.ClientToken = strings.Repeat("x", 65) }), `client token "` + strings.Repeat("x", 65) + `" is not 1 to 64 ASCII characters`},
		{"51 tags", good(func(r *Request) { r.Tags = many(51) }), "51 tags; at most 50"},
		{"the name counts", good(func(r *Request) { r.Tags = many(50); r.Name = "web" }), "51 tags; at most 50"},
		{"no key", good(func(r *Request) { r.Tags = map[string]string{"": "x"} }), `a tag with the value "x" has no key`},
		{"AWS's key", good(func(r *Request) { r.Tags = map[string]string{"AWS:x": "x"} }), `tag key "AWS:x" begins with aws:, which only AWS may write`},
		{"a long value", good(func(r *Request) { r.Tags = map[string]string{"a": strings.Repeat("x", 257)} }), `the value of tag "a" has 257 characters; at most 256`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.r.check()
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if input, ok := errors.AsType[*InputError](err); !ok || input.Problem != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestTheNameIsATagThatWins(t *testing.T) {
	r := Request{Name: "web", Tags: map[string]string{"Name": "db", "role": "web"}}
	if diff := cmp.Diff(map[string]string{"Name": "web", "role": "web"}, r.tags()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if r.Tags["Name"] != "db" {
		t.Error("the request was changed")
	}
}

func TestTemplateIDsAndNamesDiffer(t *testing.T) {
	for s, want := range map[string]bool{"lt-0123456789abcdef0": true, "lt-01234567": true, "lt-web": false, "web": false, "lt-0123456789ABCDEF0": false} {
		if got := isTemplateID(s); got != want {
			t.Errorf("%s: got %v, want %v", s, got, want)
		}
	}
}

func TestALaunchThatEC2TakesBackIsReportedWithItsReason(t *testing.T) {
	r := Result{}
	r.observe(fleet.Instance{ID: "i-1", State: fleet.Pending})
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	r.observe(fleet.Instance{ID: "i-1", State: fleet.Terminated, StateReason: "Client.VolumeLimitExceeded: Volume limit exceeded"})
	if want := "it is terminated: Client.VolumeLimitExceeded: Volume limit exceeded"; r.Err == nil || r.Err.Error() != want {
		t.Errorf("got %v, want %s", r.Err, want)
	}
}
