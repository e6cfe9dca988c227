package command

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
)

// Fold gathers results and groups those that are alike: same streams, same exit code, same status. Streams are alike where
// they differ only in the agent's own directory, which a shell's messages begin with and which names the node. It keeps one
// copy of the streams per group, so that ten thousand nodes which answer the same cost little more than their names. The zero
// Fold is empty and ready. It must not be used by several goroutines at once.
type Fold struct {
	groups map[[sha256.Size]byte]*Group
}

// Group is a set of nodes that answered the same.
type Group struct {
	// Targets are the nodes, sorted as people count: web-2 before web-10.
	Targets       []Target
	Status        string
	StatusDetails string
	Outcome       Outcome
	ExitCode      int
	// Stdout and Stderr have an ellipsis for the ids of node and command in the agent's own directory:
	// /var/lib/amazon/ssm/…/awsrunShellScript/0.awsrunShellScript/_script.sh.
	Stdout    string
	Stderr    string
	Truncated bool
}

// Add puts a result in its group.
func (f *Fold) Add(r Result) {
	r.Stdout, r.Stderr = withoutNode(r.Stdout), withoutNode(r.Stderr)
	key := fingerprint(r)
	group := f.groups[key]
	if group == nil {
		if f.groups == nil {
			f.groups = make(map[[sha256.Size]byte]*Group)
		}
		group = &Group{
			Status: r.Status, StatusDetails: r.StatusDetails, Outcome: r.Outcome, ExitCode: r.ExitCode,
			Stdout: r.Stdout, Stderr: r.Stderr, Truncated: r.Truncated,
		}
		f.groups[key] = group
	}
	group.Targets = append(group.Targets, r.Target)
}

// agentDirectory is where the agent keeps what belongs to one command on one node: the orchestration directory of its
// script, whose name bash begins its messages with, as in "…/_script.sh: line 1: foo: command not found"
// (github.com/aws/amazon-ssm-agent/issues/427 shows the whole path).
var agentDirectory = regexp.MustCompile(`/var/lib/amazon/ssm/m?i-[0-9a-f]+/document/orchestration/[0-9a-f-]{36}/`)

// withoutNode takes the ids of node and command out of the agent's own directory.
func withoutNode(text string) string {
	if !strings.Contains(text, "/document/orchestration/") {
		return text
	}
	return agentDirectory.ReplaceAllLiteralString(text, "/var/lib/amazon/ssm/…/")
}

// Groups gives the groups in an order that does not depend on the order of Add: those that succeeded before those that
// did not, larger before smaller, then by the name of their first node.
func (f *Fold) Groups() []Group {
	groups := make([]Group, 0, len(f.groups))
	for _, group := range f.groups {
		slices.SortFunc(group.Targets, compareTargets)
		groups = append(groups, *group)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(
			rank(a)-rank(b),
			len(b.Targets)-len(a.Targets),
			compareTargets(a.Targets[0], b.Targets[0]),
		)
	})
	return groups
}

func rank(g Group) int {
	if g.Outcome == Succeeded {
		return 0
	}
	return 1
}

// fingerprint is a hash of all that makes two results alike. Each part is written with its length before it, so that
// no two different results can be written the same.
func fingerprint(r Result) [sha256.Size]byte {
	hash := sha256.New()
	for _, part := range []string{r.Status, r.StatusDetails, r.Stdout, r.Stderr} {
		hash.Write(binary.AppendUvarint(nil, uint64(len(part))))
		hash.Write([]byte(part))
	}
	hash.Write(binary.AppendVarint(nil, int64(r.ExitCode)))
	if r.Truncated {
		hash.Write([]byte{1})
	}
	return [sha256.Size]byte(hash.Sum(nil))
}

func compareTargets(a, b Target) int {
	return cmp.Or(compareNatural(a.Label(), b.Label()), cmp.Compare(a.InstanceID, b.InstanceID))
}

// compareNatural compares text as people count: runs of digits by their value, all else byte by byte.
func compareNatural(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a = cutRun(a)
		y, b = cutRun(b)
		order := cmp.Compare(x, y)
		if isDigit(x[0]) && isDigit(y[0]) {
			x, y = trimZeros(x), trimZeros(y)
			order = cmp.Or(len(x)-len(y), cmp.Compare(x, y), order)
		}
		if order != 0 {
			return order
		}
	}
	return len(a) - len(b)
}

// cutRun takes the longest run of digits, or of anything else, off the front of text.
func cutRun(text string) (run, rest string) {
	end := 1
	for end < len(text) && isDigit(text[end]) == isDigit(text[0]) {
		end++
	}
	return text[:end], text[end:]
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

func trimZeros(digits string) string {
	for len(digits) > 1 && digits[0] == '0' {
		digits = digits[1:]
	}
	return digits
}
