package awk

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// host is what a test gives a program: files in memory, and a shell that tells what it was asked.
type host struct {
	files    map[string]string
	out, err bytes.Buffer
	steps    int
	most     int
	full     bool
}

func (h *host) config(args ...string) Config {
	return Config{
		Args: args, Stdout: &h.out, Stderr: &h.err, Environ: map[string]string{"HOME": "/root"},
		Open: func(name string) (io.Reader, error) {
			if text, ok := h.files[name]; ok {
				return strings.NewReader(text), nil
			}
			return nil, fs.ErrNotExist
		},
		Create: func(name string, appending bool) (io.Writer, error) {
			if !appending {
				h.files[name] = ""
			}
			return fileWriter{h, name}, nil
		},
		Shell: func(command string, stdin io.Reader, stdout io.Writer) int {
			if stdin != nil {
				data, _ := io.ReadAll(stdin)
				fmt.Fprintf(stdout, "<%s|%s>\n", command, data)
			} else {
				fmt.Fprintf(stdout, "%s\n", strings.ReplaceAll(command, ";", "\n"))
			}
			return len(command)
		},
		Compile: func(pattern string) (*regexp.Regexp, int, error) {
			re, err := regexp.Compile(pattern)
			if err != nil {
				return nil, 0, errors.New("Invalid preceding regular expression")
			}
			re.Longest()
			return re, 2, nil
		},
		Time: func(format string, at time.Time) string { return format + at.Format("|15:04:05") },
		Now:  func() time.Time { return time.Unix(1795341933, 0).UTC() },
		Work: func(n int) bool { h.steps += n; return h.steps <= h.most },
		Full: func() { h.full = true },
	}
}

type fileWriter struct {
	h    *host
	name string
}

func (w fileWriter) Write(data []byte) (int, error) {
	w.h.files[w.name] += string(data)
	return len(data), nil
}

// try runs a program on an input.
func try(t *testing.T, h *host, program, in string, args ...string) (out string, status int) {
	t.Helper()
	p, warnings, err := Parse(program)
	for _, w := range warnings {
		fmt.Fprintf(&h.err, "warning: %s\n", w)
	}
	if err != nil {
		return err.Error(), -1
	}
	cfg := h.config(args...)
	cfg.Stdin = strings.NewReader(in)
	status, err = p.Run(cfg)
	if err != nil {
		return h.out.String() + err.Error(), status
	}
	return h.out.String(), status
}

func TestPrograms(t *testing.T) {
	for _, c := range []struct{ program, in, want string }{
		{`{ print $2, NF, NR }`, "a b c\nd e f\n", "b 3 1\ne 3 2\n"},
		{`NR==2,/d/`, "a\nb\nc\nd\ne\n", "b\nc\nd\n"},
		{`/a/`, "a\nb\nba", "a\nba\n"},
		{`{ s += $1 } END { print s, s/NR, NR }`, "1\n2\n4\n", "7 2.33333 3\n"},
		{`BEGIN { FS=":"; OFS="-" } { $1=$1; print; print $NF }`, "a:b:c\n", "a-b-c\nc\n"},
		{`{ $5="e"; print; NF=2; print; print NF }`, "a b c\n", "a b c  e\na b\n2\n"},
		{`{ $0="x y"; print $2; $2=""; print }`, "a\n", "y\nx \n"},
		{`BEGIN { print -2^2, 2^3^2, 2**3, 7%3, -7%3, 1e3, .5, 0x11, 1/3, 100000*100000, 1e20, 0.1+0.2 }`, "", "-4 512 8 1 -1 1000 0.5 17 0.333333 10000000000 100000000000000000000 0.3\n"},
		{`BEGIN { x; y = x; print (x == 0), (x == ""), length(x), (y == 0), (y == "") }`, "", "1 1 0 1 1\n"},
		{`{ print ($1 < $2), ($1 < "9"), ($3 == 1) }`, "10 9 1.0\n", "0 1 1\n"},
		{`BEGIN { print "a" "b" 1+2 "c", 1 " " 2 }`, "", "ab3c 1 2\n"},
		{`BEGIN { print (1 > 2) ? "x" : "y"; print 1, 2 > "/dev/stdout" }`, "", "y\n1 2\n"},
		{`BEGIN { i = 5; print i++ + ++i, i--, i; $3 = "c"; print NF; print !0, !"a", - -1 }`, "", "12 7 6\n3\n1 0 1\n"},
		{`BEGIN { a["x"]; a["y"] = 2; for (k in a) print k, a[k]; print ("x" in a), ("z" in a); delete a["x"]; print length(a); delete a; print length(a) }`, "", "x \ny 2\n1 0\n1\n0\n"},
		{`BEGIN { a[1,2] = 3; for (k in a) { split(k, p, SUBSEP); print p[1], p[2] }; if ((1,2) in a) print "in" }`, "", "1 2\nin\n"},
		{`{ c[$1]++ } END { for (w in c) print w, c[w] }`, "b\na\nb\n", "b 2\na 1\n"},
		{`function f(n) { return n <= 1 ? 1 : n * f(n-1) } BEGIN { print f(10) }`, "", "3628800\n"},
		{`function fill(a, n,  i) { for (i = 1; i <= n; i++) a[i] = i * i } BEGIN { fill(sq, 3); print sq[3], length(sq) }`, "", "9 3\n"},
		{`function g(x) { x = 2 } BEGIN { x = 1; g(x); print x; y[1]; h(y) } function h(a) { print length(a) }`, "", "1\n1\n"},
		{`BEGIN { while (i < 5) { if (++i == 2) continue; if (i == 4) break; print i } do print "d" i; while (i++ < 4) ; for (;;) { exit } }`, "", "1\n3\nd4\n"},
		{"BEGIN { if (1)\n print \"a\"\n else\n print \"b\"; if (0) ; else print \"c\" }", "", "a\nc\n"},
		{"# comment\nBEGIN {\n  x = 1 + \\\n 2 ; print x\n}\n\nEND { print \"end\" } ", "", "3\nend\n"},
		{`BEGIN { print length("héllo"), length, substr("héllo", 2, 3), substr("hello", 0, 2), substr("hello", -1), substr("hello", 4, 9), substr("hello", 2) }`, "", "5 0 éll h hello lo ello\n"},
		{`BEGIN { print index("héllo", "l"), match("foobar", /o+/), RSTART, RLENGTH, match("x", /y/), RSTART, RLENGTH }`, "", "3 2 2 2 0 0 -1\n"},
		{`BEGIN { n = split("a1b22c", p, /[0-9]+/); print n, p[1], p[3]; print split("", q), split("a.b", q, "."), split(" a b ", q), split("abc", q, "") }`, "", "3 a c\n0 2 2 3\n"},
		{`{ n = gsub(/o/, "[&]"); print n, $0; sub("f", "\\&"); print; print gsub(/x*/, "-") , $0 }`, "foo\n", "2 f[o][o]\n&[o][o]\n8 -&-[-o-]-[-o-]-\n"},
		{`BEGIN { s = "hello"; gsub(/l/, "L", s); print s, toupper(s), tolower("ÀB"); print sprintf("%s-%d", "a", 3.9) }`, "", "heLLo HELLO àb\na-3\n"},
		{`BEGIN { printf "%5d|%-5s|%05d|%+d|%x|%o|%X|%c%c|%.2f|%e|%g|%5.1f|%%|%i|%*d\n", 42, "ab", 42, 1, 255, 8, 255, 65, "hi", 3.14159, 12345.678, 0.0001, 2.25, 7, 4, 2 }`, "", "   42|ab   |00042|+1|ff|10|FF|Ah|3.14|1.234568e+04|0.0001|  2.2|%|7|   2\n"},
		{`BEGIN { OFMT = "%.2f"; CONVFMT = "%.3f"; x = 3.14159; print x, x "" }`, "", "3.14 3.142\n"},
		{`BEGIN { RS = "" } { print NR ": " $1 "/" $NF; print NF }`, "\na b\nc\n\n\nd e\n", "1: a/c\n3\n2: d/e\n2\n"},
		{`BEGIN { RS = ";" } { print }`, "a;b;c\n", "a\nb\nc\n\n"},
		{`BEGIN { RS = "[0-9]+" } { print $0 "(" RT ")" }`, "a1b22c\n", "a(1)\nb(22)\nc()\n"},
		{`BEGIN { while ((getline line < "f") > 0) print "f:" line; close("f"); getline < "f"; print $1; print (getline x < "none") }`, "", "f:l 1\nf:l 2\nl\n-1\n"},
		{`NR == 1 { getline; print; getline v; print v, NR }`, "1\n2\n3\n", "2\n3 3\n"},
		{`BEGIN { "one;two" | getline a; "one;two" | getline b; print a, b; print close("one;two"), close("x"); while ("p;q" | getline) n += NF; print n }`, "", "one two\n7 -1\n2\n"},
		{`BEGIN { print "x" | "sort"; print "y" | "sort"; print "now"; print system("abc"); print close("sort") }`, "", "now\nabc\n3\n<sort|x\ny\n>\n4\n"},
		{`BEGIN { print "a" > "out"; print "b" > "out"; close("out"); print "c" >> "out"; close("out"); while ((getline l < "out") > 0) print "=" l }`, "", "=a\n=b\n=c\n"},
		{`BEGIN { print ARGC, ARGV[1], ENVIRON["HOME"]; exit 0 }`, "", "1  /root\n"},
		{`{ next; print "no" } END { print NR }`, "a\nb\n", "2\n"},
		{`BEGIN { print gensub(/(a)(b)/, "\\2\\1", "g", "abab"), gensub(/a/, "x", 2, "aaa"), strftime("%F", 0), systime(), strtonum("0x1F"), and(6, 3), or(6, 3), xor(6, 3), lshift(1, 4), rshift(8, 2) }`, "", "baba axa %F|00:00:00 1795341933 31 2 7 5 16 2\n"},
		{`BEGIN { if (match("key=val", /(.*)=(.*)/, m)) print m[1], m[2], m[0] }`, "", "key val key=val\n"},
		{`BEGIN { srand(1); a = rand(); srand(1); print (a == rand()), srand(7), srand() }`, "", "1 1 7\n"},
		{`BEGIN { $0 = "a b 3"; print $(1+1), $NF-1, $NF; print ("A" < "B"), "x" ~ "^x$", "x" !~ /x/ }`, "", "b 2 3\n1 1 0\n"},
		{`BEGIN { getline; print "got " $0; print substr("x", 1, 0) "|" 1e300*1e300, -1e300*1e300, log(-1) }`, "line\n", "got line\n|inf -inf nan\n"},
	} {
		h := &host{files: map[string]string{"f": "l 1\nl 2\n"}, most: 100_000}
		if got, _ := try(t, h, c.program, c.in); got != c.want {
			t.Errorf("%s\n%s", c.program, cmp.Diff(c.want, got))
		}
	}
}

func TestArguments(t *testing.T) {
	h := &host{files: map[string]string{"f": "a b\n", "g": "c:d\n"}, most: 1000}
	got, _ := try(t, h, `{ print FILENAME, FNR, NR, v, $1 } END { print v }`, "", "f", "v=1", "FS=:", "g", "v=2\\t3")
	if want := "f 1 1  a\ng 1 2 1 c\n2\t3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, status := try(t, &host{most: 1000}, `{ print }`, "", "none"); status != 2 || got != "cmd. line:1: fatal: cannot open file `none' for reading: file does not exist" {
		t.Errorf("a file that is not there: %q, %d", got, status)
	}
}

func TestFaultsSayWhereAndWhat(t *testing.T) {
	for program, want := range map[string]string{
		`{ print $1`:                                "line 1:11: unexpected newline or end of string",
		"BEGIN {\n  x = = 1 }":                      "line 2:7: syntax error",
		`BEGIN { print "a }`:                        "line 1:15: unterminated string",
		`/a`:                                        "line 1:3: unterminated regexp",
		`BEGIN { f(1) }`:                            "line 1:0: function `f' not defined",
		`function f(a) {} BEGIN { f(1, 2) }`:        "line 1:0: function `f' called with more arguments than declared",
		`BEGIN { return 1 }`:                        "line 1:9: `return' used outside function context",
		`BEGIN { break }`:                           "line 1:9: `break' is not allowed outside a loop",
		`BEGIN { asort(a) }`:                        "line 1:9: asort is not simulated",
		`BEGIN { PROCINFO["sorted_in"] = "x" }`:     "line 1:9: PROCINFO is not simulated",
		`BEGIN { "x" |& getline }`:                  "line 1:13: |& is not simulated",
		`@include "x"`:                              "line 1:1: @ is not simulated",
		`BEGIN { substr("a") }`:                     "line 1:21: wrong number of arguments to substr",
		`BEGIN { x = (1, 2) }`:                      "line 1:20: syntax error",
		strings.Repeat("(", 1000):                   "line 1:101: this is nested deeper than is simulated",
		`BEGIN { print 1/0 }`:                       "cmd. line:1: fatal: division by zero attempted",
		"\n{ print 1%0 }":                           "cmd. line:2: (FILENAME=- FNR=1) fatal: division by zero attempted in `%'",
		`BEGIN { x = 1; x[1] = 2 }`:                 "cmd. line:1: fatal: attempt to use scalar `x' as an array",
		`BEGIN { x[1]; print x }`:                   "cmd. line:1: fatal: attempt to use array `x' in a scalar context",
		`BEGIN { print $(-1) }`:                     "cmd. line:1: fatal: attempt to access field -1",
		`BEGIN { printf "%s %s", 1 }`:               "cmd. line:1: fatal: not enough arguments to satisfy format string\n\t`%s %s'",
		`BEGIN { print "x" > "" }`:                  "cmd. line:1: fatal: expression for `>' redirection has null string value",
		`BEGIN { if ("a" ~ "(") print }`:            "cmd. line:1: fatal: Invalid preceding regular expression: /(/",
		`function f(x) { x[1] = 1 } BEGIN { f(1) }`: "cmd. line:1: fatal: attempt to use scalar `x' as an array",
	} {
		got, status := try(t, &host{most: 10_000}, program, "a\n")
		if got != want || status == 0 {
			t.Errorf("%s: %q (%d), want %q", program, got, status, want)
		}
	}
}

func TestExitRunsEndOnce(t *testing.T) {
	got, status := try(t, &host{most: 1000}, `BEGIN { exit 3 } { print } END { print "end"; exit; print "no" }`, "a\n")
	if got != "end\n" || status != 3 {
		t.Errorf("%q, %d; want end, 3", got, status)
	}
	got, status = try(t, &host{most: 1000}, `function f() { exit 4 } { f(); print } END { print "end" }`, "a\n")
	if got != "end\n" || status != 4 {
		t.Errorf("%q, %d; want end, 4", got, status)
	}
}

func TestUnknownEscapesWarn(t *testing.T) {
	h := &host{most: 1000}
	if got, _ := try(t, h, `BEGIN { print "a\.b\x41\101\/" }`, ""); got != "a.bAA/\n" || h.err.String() != "warning: escape sequence `\\.' treated as plain `.'\n" {
		t.Errorf("printed %q, warned %q", got, h.err.String())
	}
}

// TestProgramsAreBounded runs what would take all memory or never end.
func TestProgramsAreBounded(t *testing.T) {
	for _, program := range []string{
		`BEGIN { while (1); }`,
		`BEGIN { for (;;) x++ }`,
		`BEGIN { s = "x"; while (1) s = s s }`,
		`BEGIN { s = "x"; ` + strings.Repeat("s = s s;", 100) + ` }`,
		`BEGIN { s = "xxxxxxxxxxxxxxxx"; while (1) gsub(/x/, s, s) }`,
		`BEGIN { while (1) a[i++] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" i }`,
		`BEGIN { while (1) $(i += 50000) = "x" }`,
		`BEGIN { NF = 1e9 }`,
		`BEGIN { OFS = sprintf("%4000d", 1); NF = 100000; print }`,
		`BEGIN { s = sprintf("%4000d", 1); while (1) s = sprintf("%s%s", s, s) }`,
		`function f() { f() } BEGIN { f() }`,
		`function f(n) { return f(n) + f(n) } BEGIN { f(1) }`,
		`BEGIN { s = sprintf("%4000d", 1); for (i = 0; i < 8; i++) s = s s; while (1) split(s, a, "") }`,
		`BEGIN { CONVFMT = "%4000f"; while (1) { x = 0.5 + i++ ""; s = s x } }`,
		`BEGIN { while (1) print "xxxxxxxxxxxxxxxxxxxxx" | "cat" }`,
		`BEGIN { SUBSEP = sprintf("%4000d", 1); while (1) { SUBSEP = SUBSEP SUBSEP; a[1,2] } }`,
	} {
		h := &host{files: map[string]string{}, most: 100_000}
		try(t, h, program, "")
		if !h.full && h.steps <= h.most {
			t.Errorf("%.60s: ended after %d steps", program, h.steps)
		}
		if h.steps > 2*h.most {
			t.Errorf("%.60s: went on for %d steps", program, h.steps)
		}
	}
}

// FuzzParse checks that any program is refused or ends within its bounds.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{ print $2, NF }`, `BEGIN { while (i++ < 3) a[i] = i; for (k in a) print k > "/dev/stderr" }`, `/a/,/b/ { sub(/x/, "&&"); next }`,
		`function f(a, b) { return a b } END { printf "%s %d\n", f(1, 2), $NF-- }`, `BEGIN { "x" | getline y < "z"; print -x^2 !y "a" ~ /[/]]/ ? 1 : 2 }`,
		"{ if (1) ; else { do x; while (0) } }\n#c\n", `$1 > 2 && !($2 in a) || (1,2) in b`, `BEGIN{getline;getline x;"c"|getline;a[1]["x"]}`, `{$++i--=1;$-1;$!x}`,
		`BEGIN { RS="";FS="\t";OFS=RS;$3="";NF=1;print>"x";close("x") }`, `func x(y){delete y;y[1]}BEGIN{x(z);print length(z)}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, program string) {
		if len(program) > 2000 {
			return
		}
		if _, _, err := Parse(program); err != nil {
			return
		}
		h := &host{files: map[string]string{}, most: 300}
		try(t, h, program, "a b c\n1 2 3\n")
		if h.steps > 5000 {
			t.Errorf("%d steps", h.steps)
		}
	})
}
