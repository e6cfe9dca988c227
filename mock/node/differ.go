package node

import (
	"fmt"
	"strings"
)

// differ compares two texts by lines.
type differ struct {
	a, b         []string
	openA, openB bool // the last line has no newline
	hunks        []hunk
}

// hunk is a place where the texts differ: lines a[i:j] of the one are lines
// b[k:l] of the other.
type hunk struct{ i, j, k, l int }

// line is a line as it is compared: the last one is another without its newline.
func lineOf(lines []string, i int, open bool) string {
	if open && i == len(lines)-1 {
		return lines[i] + "\n\\ No newline at end of file"
	}
	return lines[i]
}

func (d *differ) equal(i, k int) bool {
	return lineOf(d.a, i, d.openA) == lineOf(d.b, k, d.openB)
}

// compare finds the hunks by the longest common subsequence of what is between
// the common beginning and the common end. It reports whether that was not too
// much work.
func (d *differ) compare(c *call) bool {
	start, endA, endB := 0, len(d.a), len(d.b)
	for start < min(endA, endB) && d.equal(start, start) {
		start++
	}
	for endA > start && endB > start && d.equal(endA-1, endB-1) {
		endA, endB = endA-1, endB-1
	}
	n, m := endA-start, endB-start
	if n > 0 && m > 0 && n*m > maxDiff || !c.work(n*m/1024) {
		return false
	}
	common := make([][]int32, n+1)
	for i := range common {
		common[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for k := m - 1; k >= 0; k-- {
			if d.equal(start+i, start+k) {
				common[i][k] = common[i+1][k+1] + 1
			} else {
				common[i][k] = max(common[i+1][k], common[i][k+1])
			}
		}
	}
	d.walk(common, start, n, m)
	return true
}

// walk goes through the table and notes where the texts part.
func (d *differ) walk(common [][]int32, start, n, m int) {
	var h *hunk
	i, k := 0, 0
	for i < n || k < m {
		if i < n && k < m && d.equal(start+i, start+k) {
			i, k, h = i+1, k+1, nil
			continue
		}
		if h == nil {
			d.hunks = append(d.hunks, hunk{start + i, start + i, start + k, start + k})
			h = &d.hunks[len(d.hunks)-1]
		}
		if k == m || i < n && common[i+1][k] >= common[i][k+1] {
			i++
			h.j = start + i
		} else {
			k++
			h.l = start + k
		}
	}
}

// span is a range of lines as diff writes it.
func span(from, to int) string {
	if to-from <= 1 {
		return itoa(to)
	}
	return fmt.Sprintf("%d,%d", from+1, to)
}

// normal is the output without options.
func (d *differ) normal() string {
	var b strings.Builder
	for _, h := range d.hunks {
		kind := "c"
		switch {
		case h.i == h.j:
			kind = "a"
		case h.k == h.l:
			kind = "d"
		}
		fmt.Fprintf(&b, "%s%s%s\n", span(h.i, h.j), kind, span(h.k, h.l))
		for i := h.i; i < h.j; i++ {
			b.WriteString("< " + lineOf(d.a, i, d.openA) + "\n")
		}
		if kind == "c" {
			b.WriteString("---\n")
		}
		for k := h.k; k < h.l; k++ {
			b.WriteString("> " + lineOf(d.b, k, d.openB) + "\n")
		}
	}
	return b.String()
}

// diffContext is how many lines -u shows around a difference.
const diffContext = 3

// unified is the output of -u.
func (d *differ) unified() string {
	var b strings.Builder
	for first := 0; first < len(d.hunks); {
		last := first
		for last+1 < len(d.hunks) && d.hunks[last+1].i-d.hunks[last].j <= 2*diffContext {
			last++
		}
		d.group(&b, d.hunks[first:last+1])
		first = last + 1
	}
	return b.String()
}

// group is one @@ of -u.
func (d *differ) group(b *strings.Builder, hunks []hunk) {
	head, tail := hunks[0], hunks[len(hunks)-1]
	before := min(diffContext, head.i)
	after := min(diffContext, len(d.a)-tail.j)
	fmt.Fprintf(b, "@@ -%s +%s @@\n", unifiedSpan(head.i-before, tail.j+after), unifiedSpan(head.k-before, tail.l+after))
	at := head.i - before
	for _, h := range hunks {
		for ; at < h.i; at++ {
			b.WriteString(" " + lineOf(d.a, at, d.openA) + "\n")
		}
		for ; at < h.j; at++ {
			b.WriteString("-" + lineOf(d.a, at, d.openA) + "\n")
		}
		for k := h.k; k < h.l; k++ {
			b.WriteString("+" + lineOf(d.b, k, d.openB) + "\n")
		}
	}
	for end := at + after; at < end; at++ {
		b.WriteString(" " + lineOf(d.a, at, d.openA) + "\n")
	}
}

// unifiedSpan is a range of lines as -u writes it.
func unifiedSpan(from, to int) string {
	switch n := to - from; n {
	case 1:
		return itoa(to)
	case 0:
		return fmt.Sprintf("%d,0", from)
	default:
		return fmt.Sprintf("%d,%d", from+1, n)
	}
}
