package fleet

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSelectorsAreCompleted(t *testing.T) {
	tests := []struct{ typed, want string }{
		{"", "all state= az= type= ami= vpc= subnet= id= name= asg= platform= lifecycle= ssm= older= newer= launched-by= tag: @db @web"},
		{"s", "state= subnet= ssm="},
		{"state", "state="},
		{"state=", "state=pending state=running state=stopping state=stopped state=shutting-down state=terminated"},
		{"state=st", "state=stopping state=stopped"},
		{"state!=r", "state!=running"},
		{"ssm=online", ""},
		{"role=", ""},
		{"role=web,ss", "role=web,ssm="},
		{"role=web,ssm=l", "role=web,ssm=lost"},
		{"role=web,", "role=web,state= role=web,az= role=web,type= role=web,ami= role=web,vpc= role=web,subnet= role=web,id= role=web,name= " +
			"role=web,asg= role=web,platform= role=web,lifecycle= role=web,ssm= role=web,older= role=web,newer= role=web,launched-by= " +
			"role=web,tag: role=web,@db role=web,@web"},
		{"not (ssm", "not (ssm="},
		{"@", "@db @web"},
		{"@w", "@web"},
		{"i-0", ""},
		{"al", "all"},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, strings.Join(Complete(tt.typed, []string{"db", "web"}), " ")); diff != "" {
			t.Errorf("%q (-want +got)\n%s", tt.typed, diff)
		}
	}
}

// TestWhatIsCompletedIsASelector holds that no completion leads into a refusal.
func TestWhatIsCompletedIsASelector(t *testing.T) {
	for _, typed := range []string{"state=", "platform=", "lifecycle=", "ssm=", "role=web,state!=", "al"} {
		for _, word := range Complete(typed, nil) {
			if _, err := Parse([]string{word}); err != nil {
				t.Errorf("%q: %v", word, err)
			}
		}
	}
}
