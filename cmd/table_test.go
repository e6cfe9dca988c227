package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTablesLineUp(t *testing.T) {
	table := newTable("ID", "NAME", "STATE")
	table.add("i-1", "é", cell{"running", green})
	table.add("i-1234", "", cell{"stopped", dim})
	table.add(7, "a\x1b[2Jb\nc", "x")
	tests := []struct {
		colour bool
		want   string
	}{
		{false, "ID      NAME      STATE\ni-1     é         running\ni-1234  -         stopped\n7       a\ufffd[2Jb\ufffdc  x\n"},
		{true, "ID      NAME      STATE\ni-1     é         \x1b[32mrunning\x1b[0m\ni-1234  -         \x1b[2mstopped\x1b[0m\n7       a\ufffd[2Jb\ufffdc  x\n"},
	}
	for _, tt := range tests {
		var b strings.Builder
		if err := table.print(&b, tt.colour); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, b.String()); diff != "" {
			t.Errorf("colour %v (-want +got)\n%s", tt.colour, diff)
		}
	}
}

func TestTablesForPrograms(t *testing.T) {
	table := newTable("ID", "NAME")
	table.add("i-1", cell{"a\tb,\"c\"\n", green})
	table.add("i-2", "")
	var text, lines strings.Builder
	if err := table.writeText(&text); err != nil {
		t.Fatal(err)
	}
	if err := table.writeCSV(&lines, strings.ToUpper); err != nil {
		t.Fatal(err)
	}
	if want := "i-1\ta\ufffdb,\"c\"\ufffd\ni-2\t-\n"; text.String() != want {
		t.Errorf("text: got %q, want %q", text.String(), want)
	}
	if want := "ID,NAME\nI-1,\"A\tB,\"\"C\"\"\n\"\nI-2,\n"; lines.String() != want {
		t.Errorf("csv: got %q, want %q", lines.String(), want)
	}
}
