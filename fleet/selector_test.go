package fleet

import (
	"slices"
	"testing"
	"time"
)

const (
	idA = "i-0123456789abcdef0"
	idB = "i-0123456789abcdef1"
	idC = "i-0a1b2c3d"
)

func TestParseReadsSelectors(t *testing.T) {
	tests := []struct{ text, want string }{
		{"all", "all"},
		{"(all)", "all"},
		{"web-*", "tag:Name=web-*"},
		{" web-1 ", "tag:Name=web-1"},
		{"my server", `tag:Name=my\ server`},
		{"andover", "tag:Name=andover"},
		{idA, idA},
		{idC, idC},
		{idB + "\n" + idA, idA + " " + idB},
		{idB + " " + idA, idA + " " + idB},
		{idA + "," + idA, idA},
		{idA + ",state=running", idA + ",state=running"},
		{"id=" + idA, idA},
		{"id in (" + idB + "," + idA + ")", idA + " " + idB},
		{idB + " or " + idA + " or role=web", idB + " or " + idA + " or tag:role=web"},
		{"id!=" + idA, "id!=" + idA},
		{"tag:role=web", "tag:role=web"},
		{"role=web", "tag:role=web"},
		{"Name=web", "tag:Name=web"},
		{"name=web", "tag:Name=web"},
		{"name=*", "tag:Name=*"},
		{"role = web", "tag:role=web"},
		{"role=web, env=dev*", "tag:role=web,tag:env=dev*"},
		{"role=web,role=web", "tag:role=web"},
		{"Name=web*,Name=*-a", "tag:Name=web*,tag:Name=*-a"},
		{"state=shutting-down", "state=shutting-down"},
		{"tag:state=up", "tag:state=up"},
		{"tag:type=t3.micro", "tag:type=t3.micro"},
		{"tag:aws:autoscaling:groupName=web", "tag:aws:autoscaling:groupName=web"},
		{"asg=web", "tag:aws:autoscaling:groupName=web"},
		{"kubernetes.io/role=node", "tag:kubernetes.io/role=node"},
		{"env=a:b", "tag:env=a:b"},
		{"key=a=b", `tag:key=a\=b`},
		{`a\=b=c`, `tag:a\=b=c`},
		{`owner=ops\@example.com`, `tag:owner=ops\@example.com`},
		{`owner=ops@example.com`, `tag:owner=ops\@example.com`},
		{`rock \and roll`, `tag:Name=rock\ and\ roll`},
		{`a\,b`, `tag:Name=a\,b`},
		{`a\*b*\?\\`, `tag:Name=a\*b*\?\\`},
		{`env=\ `, `tag:env=\ `},
		{`\all`, "tag:Name=all"},
		{`\i-web`, "tag:Name=i-web"},
		{`\state`, "tag:Name=state"},
		{`"type"`, "tag:Name=type"},
		{`"my server"`, `tag:Name=my\ server`},
		{`'rock and roll'`, `tag:Name=rock\ and\ roll`},
		{`env="a,b"`, `tag:env=a\,b`},
		{`env="a \"b\""`, `tag:env=a\ \"b\"`},
		{`env='"'`, `tag:env=\"`},
		{`"web 1"*`, `tag:Name=web\ 1*`},
		{`name="web \*"`, `tag:Name=web\ \*`},
		{`tag:"my key"=x`, `tag:my\ key=x`},
		{`"my key" = "x"`, `tag:my\ key=x`},
		{`env in ("a b", c)`, `tag:env in (a\ b,c)`},
		{"role!=web", "tag:role!=web"},
		{"role != web", "tag:role!=web"},
		{"not role=web", "tag:role!=web"},
		{"not role!=web", "tag:role=web"},
		{"not not web", "tag:Name=web"},
		{"NOT(role=web)", "tag:role!=web"},
		{"not web-*", "tag:Name!=web-*"},
		{"role in (web, db)", "tag:role in (db,web)"},
		{"role in(web,db,web)", "tag:role in (db,web)"},
		{"role in (web)", "tag:role=web"},
		{"role not in (web,db)", "tag:role not in (db,web)"},
		{"not role in (web,db)", "tag:role not in (db,web)"},
		{"not role not in (web,db)", "tag:role in (db,web)"},
		{`role in (\or,"and")`, `tag:role in (\and,\or)`},
		{"role=or", `tag:role=\or`},
		{"a=b or c=d", "tag:a=b or tag:c=d"},
		{"a=b OR c=d", "tag:a=b or tag:c=d"},
		{"a=b and c=d", "tag:a=b,tag:c=d"},
		{"a=b,c=d or e=f", "tag:a=b,tag:c=d or tag:e=f"},
		{"a=b or c=d,e=f", "tag:a=b or tag:c=d,tag:e=f"},
		{"a=b or c=d and e=f", "tag:a=b or tag:c=d,tag:e=f"},
		{"(a=b or c=d),e=f", "(tag:a=b or tag:c=d),tag:e=f"},
		{"((a=b)) or (c=d,(e=f))", "tag:a=b or tag:c=d,tag:e=f"},
		{"(a=b or c=d) or e=f or a=b", "tag:a=b or tag:c=d or tag:e=f"},
		{"not (a=b or c=d)", "not (tag:a=b or tag:c=d)"},
		{"not (a=b,c=d),e=f", "not (tag:a=b,tag:c=d),tag:e=f"},
		{"not a=b,c=d", "tag:a!=b,tag:c=d"},
		{"not a=b or c=d", "tag:a!=b or tag:c=d"},
		{"not not (a=b,c=d)", "tag:a=b,tag:c=d"},
		{"not (not (a=b,c=d) or e=f)", "not (not (tag:a=b,tag:c=d) or tag:e=f)"},
		{"az=eu-west-1a,type=t3.*,ami=ami-1,vpc=vpc-1,subnet=subnet-1", "az=eu-west-1a,type=t3.*,ami=ami-1,vpc=vpc-1,subnet=subnet-1"},
		{"platform=windows,lifecycle=spot,ssm=lost", "platform=windows,lifecycle=spot,ssm=lost"},
		{"older=7d,newer=2w", "older=7d,newer=2w"},
		{"not older=7d", "not older=7d"},
		{"launched-by=web", "launched-by=web"},
		{"launched-by!=lt-0123456789abcdef0", "launched-by!=lt-0123456789abcdef0"},
		{"state!=terminated", "state!=terminated"},
		{"env=*,not env=?*", `tag:env=*,tag:env!=?*`},
		{"team=R&D", `tag:team=R\&D`},
		{`note=a\>b`, `tag:note=a\>b`},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			got, err := Parse([]string{tt.text})
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if again, err := Parse([]string{got.String()}); err != nil || again.String() != got.String() {
				t.Errorf("String() %q is read back as %q, error %v", got, again, err)
			}
		})
	}
}

func TestParseTakesSeveralIDs(t *testing.T) {
	for _, args := range [][]string{{idB, idA, idB}, {idB + " " + idA, idB}, {idA + "\n" + idB + "\n"}, {" " + idA, idB + " "}} {
		got, err := Parse(args)
		if want := []string{idA, idB}; err != nil || !slices.Equal(got.IDs(), want) {
			t.Errorf("%q: got %v, error %v, want %v", args, got.IDs(), err, want)
		}
	}
}

func TestSelectorMatches(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	web := Instance{ID: idA, State: Running, Tags: map[string]string{"Name": "web-1", "role": "web", "empty": "", "odd": `a*b\`, templateTag: "lt-0123456789abcdef0"},
		Zone: "eu-west-1a", Type: "t3.micro", ImageID: "ami-1", SubnetID: "subnet-1", Platform: "Red Hat Enterprise Linux",
		LaunchTime: now.Add(-7 * 24 * time.Hour), Node: Node{Ping: Online}}
	facts := Facts{Now: now, Nodes: true, Templates: map[string]string{"web": "lt-0123456789abcdef0", "db": "lt-0123456789abcdef1"}}
	tests := []struct {
		selector string
		want     bool
	}{
		{"all", true},
		{idA, true},
		{idB, false},
		{idA + ",state=running", true},
		{idA + ",state=stopped", false},
		{"web-1", true},
		{"web-?", true},
		{"web-*", true},
		{"w*-*1", true},
		{"*", true},
		{"web", false},
		{"Web-1", false},
		{"web-1?", false},
		{"role=web", true},
		{"role=WEB", false},
		{"Role=web", false},
		{"role=web,state=running", true},
		{"role=web,state=stopped", false},
		{"role=web,Name=db", false},
		{"empty=*", true},
		{"empty=?", false},
		{"absent=*", false},
		{`odd=a\*b\\`, true},
		{`odd=a\*?\\`, true},
		{`odd=a\?b\\`, false},
		{"role!=web", false},
		{"role!=db", true},
		{"absent!=x", true}, // what is not there is not x
		{"absent=*,absent!=x", false},
		{"role in (web,db)", true},
		{"role in (x,w*)", true},
		{"role not in (web,db)", false},
		{"absent not in (web,db)", true},
		{"role=db or state=running", true},
		{"role=db or state=stopped", false},
		{"role=web or role=db,state=stopped", true},
		{"(role=web or role=db),state=stopped", false},
		{"not (role=web,state=running)", false},
		{"not (role=web,state=stopped)", true},
		{"az=eu-west-1a", true},
		{"az=eu-west-*", true},
		{"az!=eu-west-1a", false},
		{"type=t3.*", true},
		{"type=T3.micro", false},
		{"ami=ami-1", true},
		{"vpc=*", false}, // it has none
		{"vpc!=vpc-1", true},
		{"subnet=subnet-1", true},
		{"platform=linux", true},
		{"platform=windows", false},
		{"platform in (linux,windows)", true},
		{"lifecycle=on-demand", true},
		{"lifecycle=spot", false},
		{"ssm=online", true},
		{"ssm=none", false},
		{"older=7d", true},
		{"older=8d", false},
		{"older=168h", true},
		{"newer=1w", false},
		{"newer=8d", true},
		{"not newer=8d", false},
		{"launched-by=web", true},
		{"launched-by=db", false},
		{"launched-by!=db", true},
		{"launched-by in (db,lt-0123456789abcdef0)", true},
	}
	for _, tt := range tests {
		selector, err := Parse([]string{tt.selector})
		if err != nil {
			t.Fatal(err)
		}
		if got := selector.With(facts).Match(web); got != tt.want {
			t.Errorf("%q: got %v, want %v", tt.selector, got, tt.want)
		}
	}
	if (Selector{}).Match(web) {
		t.Error("the zero selector means an instance")
	}
}

func TestIDsAreThoseThatBoundTheSelection(t *testing.T) {
	tests := []struct {
		selector string
		ids      []string
		lone     []string
	}{
		{"all", nil, nil},
		{"role=web", nil, nil},
		{idB + " " + idA, []string{idA, idB}, []string{idA, idB}},
		{idB + " or " + idA, []string{idA, idB}, []string{idA, idB}},
		{idA + ",role=web", []string{idA}, nil},
		{"role=web," + idA, []string{idA}, nil},
		{idA + " or " + idB + ",role=web", []string{idA, idB}, []string{idA}},
		{idA + " or role=web", nil, []string{idA}},
		{"id!=" + idA, nil, nil},
		{"not (" + idA + " or role=web)", nil, nil},
	}
	for _, tt := range tests {
		s, err := Parse([]string{tt.selector})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(s.IDs(), tt.ids) || !slices.Equal(s.loneIDs(), tt.lone) {
			t.Errorf("%s: got %v and alone %v, want %v and %v", tt.selector, s.IDs(), s.loneIDs(), tt.ids, tt.lone)
		}
	}
}

// TestSelectorsWithoutTheirFactsMeanNothing holds that what is not known yet neither matches nor, under not, its opposite.
func TestSelectorsWithoutTheirFactsMeanNothing(t *testing.T) {
	for _, text := range []string{"older=7d", "not older=7d", "newer=1h", "ssm=none", "ssm!=none", "launched-by=web", "launched-by!=web", "not (ssm=lost,older=7d)"} {
		s, err := Parse([]string{text})
		if err != nil {
			t.Fatal(err)
		}
		if s.Match(Instance{ID: idA}) || !s.possible(Instance{ID: idA, LaunchTime: time.Unix(0, 0)}) {
			t.Errorf("%s: it is decided without the facts", text)
		}
	}
}

func TestNeedsAreWhatIsNotYetTold(t *testing.T) {
	s, err := Parse([]string{"older=7d or ssm=lost or launched-by in (web,db,lt-0123456789abcdef0)"})
	if err != nil {
		t.Fatal(err)
	}
	needs := s.Needs()
	if !needs.Now || !needs.Nodes || !slices.Equal(needs.Templates, []string{"db", "web"}) {
		t.Errorf("got %+v", needs)
	}
	told := s.With(Facts{Now: time.Unix(1, 0), Nodes: true, Templates: map[string]string{"db": "lt-1", "web": "lt-2"}}).Needs()
	if told.Now || told.Nodes || len(told.Templates) > 0 {
		t.Errorf("told all, it still needs %+v", told)
	}
}
