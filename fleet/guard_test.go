package fleet

import "testing"

// TestGuardFollowsTheTable holds the table "who is asked what" of docs/architecture.md.
func TestGuardFollowsTheTable(t *testing.T) {
	type row struct{ none, one, two, ten, eleven, many Verdict }
	const p, a, r = Proceed, Ask, Refuse
	tests := []struct {
		name       string
		class      Class
		atTerminal row
		alone      row
	}{
		{"looks", Looks, row{p, p, p, p, p, p}, row{p, p, p, p, p, p}},
		{"acts", Acts, row{p, p, p, p, a, a}, row{p, p, p, p, r, r}},
		{"disrupts", Disrupts, row{p, p, a, a, a, a}, row{p, p, r, r, r, r}},
		{"destroys", Destroys, row{p, a, a, a, a, a}, row{p, r, r, r, r, r}},
		{"a class of the future", Destroys + 1, row{p, a, a, a, a, a}, row{p, r, r, r, r, r}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, where := range []struct {
				terminal bool
				want     row
			}{{true, tt.atTerminal}, {false, tt.alone}} {
				got := row{
					Guard(tt.class, 0, where.terminal), Guard(tt.class, 1, where.terminal), Guard(tt.class, 2, where.terminal),
					Guard(tt.class, 10, where.terminal), Guard(tt.class, 11, where.terminal), Guard(tt.class, 50_000, where.terminal),
				}
				if got != where.want {
					t.Errorf("terminal %v: got %v, want %v", where.terminal, got, where.want)
				}
			}
		})
	}
}
