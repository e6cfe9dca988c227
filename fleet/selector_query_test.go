package fleet

import (
	"slices"
	"strings"
	"testing"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestQueriesNarrowInEC2(t *testing.T) {
	everyInstance := [][]ec2types.Filter{nil}
	tests := []struct {
		selector string
		want     [][]ec2types.Filter
	}{
		{"all", [][]ec2types.Filter{nil}},
		{"web-*", [][]ec2types.Filter{{ask("tag:Name", "web-*")}}},
		{"role=web,state=running", [][]ec2types.Filter{{ask("tag:role", "web"), ask("instance-state-name", "running")}}},
		{"Name=a*,Name=*b", [][]ec2types.Filter{{ask("tag:Name", "a*")}}},
		{idB + " " + idA, [][]ec2types.Filter{{ask("instance-id", idA, idB)}}},
		{idA + ",role=web", [][]ec2types.Filter{{ask("instance-id", idA), ask("tag:role", "web")}}},
		{"role!=web", everyInstance},
		{"not state=stopped,role=web", [][]ec2types.Filter{{ask("tag:role", "web")}}},
		{"role in (web,db)", [][]ec2types.Filter{{ask("tag:role", "db", "web")}}},
		{"role=web or role=db or role=x*", [][]ec2types.Filter{{ask("tag:role", "db", "web", "x*")}}},
		{"role=web or type=t3.micro", [][]ec2types.Filter{{ask("tag:role", "web")}, {ask("instance-type", "t3.micro")}}},
		{"(role=web or type=t3.micro),state=running", [][]ec2types.Filter{
			{ask("tag:role", "web"), ask("instance-state-name", "running")},
			{ask("instance-type", "t3.micro"), ask("instance-state-name", "running")},
		}},
		{"role=web,env=a or env=b,role=db", [][]ec2types.Filter{{ask("tag:role", "db", "web"), ask("tag:env", "a", "b")}}},
		{"role=web or ssm=lost", everyInstance},
		{"a=b or c=d or e=f or g=h", [][]ec2types.Filter{{ask("tag:a", "b")}, {ask("tag:c", "d")}, {ask("tag:e", "f")}, {ask("tag:g", "h")}}},
		{"a=b or c=d or e=f or g=h or i=j", everyInstance},
		{"(a=b or c=d),(e=f or g=h or i=j)", [][]ec2types.Filter{{ask("tag:a", "b")}, {ask("tag:c", "d")}}},
		{"not (role!=web or state!=running)", [][]ec2types.Filter{{ask("tag:role", "web"), ask("instance-state-name", "running")}}},
		{"state in (running,stopped),state=running", [][]ec2types.Filter{{ask("instance-state-name", "running")}}},
		{"az=eu-west-1?,ami=ami-1,vpc=vpc-1,subnet=subnet-1", [][]ec2types.Filter{{
			ask("availability-zone", "eu-west-1?"), ask("image-id", "ami-1"), ask("vpc-id", "vpc-1"), ask("subnet-id", "subnet-1")}}},
		{"asg=web", [][]ec2types.Filter{{ask("tag:aws:autoscaling:groupName", "web")}}},
		{"launched-by=lt-0123456789abcdef0", [][]ec2types.Filter{{ask("tag:aws:ec2launchtemplate:id", "lt-0123456789abcdef0")}}},
		{"launched-by=web", everyInstance}, // its id is not known yet
		{"platform=windows", [][]ec2types.Filter{{ask("platform-details", "Windows*")}}},
		{"platform=linux", everyInstance},
		{"lifecycle=spot,older=7d,ssm=online", everyInstance},
		{`a\*\,b`, [][]ec2types.Filter{{ask("tag:Name", `a\*,b`)}}},
	}
	for _, tt := range tests {
		selector, err := Parse([]string{tt.selector})
		if err != nil {
			t.Fatal(err)
		}
		options := cmp.Options{cmpopts.IgnoreUnexported(ec2types.Filter{}), cmpopts.EquateEmpty()}
		if diff := cmp.Diff(tt.want, selector.Queries(), options); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.selector, diff)
		}
	}
}

func TestQueriesKeepToTheLimitOfFilterValues(t *testing.T) {
	selector, err := Parse(manyIDs(1001))
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for _, filters := range selector.Queries() {
		sizes = append(sizes, len(filters[0].Values))
	}
	if want := []int{200, 200, 200, 200, 200, 1}; !slices.Equal(sizes, want) {
		t.Errorf("got queries of %v ids, want %v", sizes, want)
	}
	lists, err := Parse([]string{"type in (" + strings.Join(manyIDs(250), ",") + "),role in (" + strings.Join(manyIDs(60), ",") + "),az in (" + strings.Join(manyIDs(120), ",") + ")"})
	if err != nil {
		t.Fatal(err)
	}
	for _, filters := range lists.Queries() {
		n := 0
		for _, f := range filters {
			n += len(f.Values)
		}
		if n > 200 || *filters[0].Name != "instance-type" {
			t.Errorf("a call has %d values, the first of %s", n, *filters[0].Name)
		}
	}
	if queries := (Selector{}).Queries(); queries != nil {
		t.Errorf("the zero selector asks for %v", queries)
	}
}

func ask(name string, values ...string) ec2types.Filter {
	return ec2types.Filter{Name: new(name), Values: values}
}

func manyIDs(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		const hex = "0123456789abcdef"
		ids[i] = "i-0000000000000" + string([]byte{hex[i>>12&15], hex[i>>8&15], hex[i>>4&15], hex[i&15]})
	}
	return ids
}
