package node

import (
	"strings"
	"testing"
)

func TestCut(t *testing.T) {
	check(t, []scriptCase{
		{script: "cd /tmp; cut -d: -f1,3 <<< a:b:c; cut -f2 <<< 'a\tb'; cut -c2-3 <<< abcd; cut -c -2,4- <<< abcde; cut -d: -f2- <<< a:b:c; cut -d, -f1 <<< nodelim; cut -sd, -f1 <<< nodelim; cut -d: --complement -f2 <<< a:b:c; cut -d: -f1,3 --output-delimiter=- <<< a:b:c; cut -b1,3 --output-delimiter=- <<< abc",
			stdout: "a:c\nb\nbc\nabde\nb:c\nnodelim\na:c\na-c\na-c\n"},
		{script: "cd /tmp; cut; cut -f1 -c2 x; cut -f 0 x; cut -f 2-1 x; cut -f a x; cut -c 1- -s x; cut -d ab -f1 x; cut -d: f;  cut -Q; cut -f1 nofile; cut -c 0 x; cut -f - x; cut -c x x",
			stderr: "cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\ncut: only one list may be specified\nTry 'cut --help' for more information.\ncut: fields are numbered from 1\nTry 'cut --help' for more information.\ncut: invalid decreasing range\nTry 'cut --help' for more information.\ncut: invalid field value ‘a’\nTry 'cut --help' for more information.\ncut: suppressing non-delimited lines makes sense\n\tonly when operating on fields\nTry 'cut --help' for more information.\ncut: the delimiter must be a single character\nTry 'cut --help' for more information.\ncut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\ncut: invalid option -- 'Q'\nTry 'cut --help' for more information.\ncut: nofile: No such file or directory\ncut: byte/character positions are numbered from 1\nTry 'cut --help' for more information.\ncut: invalid range with no endpoint: -\nTry 'cut --help' for more information.\ncut: invalid byte/character position ‘x’\nTry 'cut --help' for more information.\n", exit: 1},
	})
}

func TestSort(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; printf 'b 2\na 10\nc 1\nB 3\na 10\n' > f; sort f; sort -r f; sort -u f; sort -k2 f; sort -k2n f; sort -k2,2nr f; sort -f f; sort -n -k2 f; sort -t' ' -k1,1 -k2,2n f; sort -o f f; cat f; sort -c f; printf 'b\na\n' | sort -c; echo $?; printf '10K\n1M\n5\n2G\n' | sort -h; printf 'v1.10\nv1.9\nv1.2\n' | sort -V; printf '3\n-1\n 2\nx\n1.5\n' | sort -n; printf 'x:b:1\ny:a:2\n' | sort -t: -k2; printf 'a b\na  c\n' | sort -k2b; sort -su -k1,1 f; printf 'ab1\naa2\n' | sort -k1.3`,
			stdout: "B 3\na 10\na 10\nb 2\nc 1\nc 1\nb 2\na 10\na 10\nB 3\nB 3\na 10\nb 2\nc 1\nc 1\na 10\na 10\nb 2\nB 3\nc 1\nb 2\nB 3\na 10\na 10\na 10\na 10\nB 3\nb 2\nc 1\na 10\na 10\nb 2\nB 3\nc 1\nc 1\nb 2\nB 3\na 10\na 10\nB 3\na 10\na 10\nb 2\nc 1\nB 3\na 10\na 10\nb 2\nc 1\n1\n5\n10K\n1M\n2G\nv1.2\nv1.9\nv1.10\n-1\nx\n1.5\n 2\n3\ny:a:2\nx:b:1\na b\na  c\nB 3\na 10\nb 2\nc 1\nab1\naa2\n",
			stderr: "sort: -:2: disorder: a\n"},
		{script: "cd /tmp; sort -k 0 x; sort -Q; sort -k a x; sort nofile; sort -t ab x;  sort -n -k1,1x x; sort -k1.x f; sort /tmp; sort -k 1,0 f",
			stderr: "sort: field number is zero: invalid field specification ‘0’\nsort: invalid option -- 'Q'\nTry 'sort --help' for more information.\nsort: invalid number at field start: invalid count at start of ‘a’\nsort: cannot read: nofile: No such file or directory\nsort: multi-character tab ‘ab’\nsort: stray character in field spec: invalid field specification ‘1,1x’\nsort: invalid number after '.': invalid count at start of ‘x’\nsort: cannot read: /tmp: Is a directory\nsort: field number is zero: invalid field specification ‘1,0’\n", exit: 2},
	})
}

func TestUniq(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; printf 'a\na\nb\nA\nc\nc\n' > u; uniq u; uniq -c u; uniq -d u; uniq -u u; uniq -i u; printf 'x a\ny a\n' | uniq -f1; printf 'xa\nya\n' | uniq -s1; printf 'xa\nxb\n' | uniq -w1; uniq u o; cat o; uniq a b c; uniq nofile; uniq -Q; uniq -f x`,
			stdout: "a\nb\nA\nc\n      2 a\n      1 b\n      1 A\n      2 c\na\nc\nb\nA\na\nb\nA\nc\nx a\nxa\nxa\na\nb\nA\nc\n",
			stderr: "uniq: extra operand ‘c’\nTry 'uniq --help' for more information.\nuniq: nofile: No such file or directory\nuniq: invalid option -- 'Q'\nTry 'uniq --help' for more information.\nuniq: x: invalid number of fields to skip\n", exit: 1},
	})
}

func TestTr(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; echo hello | tr a-y b-z; echo hello | tr -d l; echo aabb | tr -s a; echo aabb | tr -s ab x; echo Hello | tr '[:upper:]' '[:lower:]'; echo 'a b' | tr ' ' '\n'; echo abc | tr -dc 'a\n'; echo abc | tr abc x; echo abc | tr -t abc x; echo abc | tr 'a-c' '[x*2]z'; echo abc | tr 'a-c' '[x*]'; printf 'a\tb' | tr '\t' '\054'; echo a-b | tr -- - _; echo abc | tr -cs 'a' '\n'; echo 'a[b' | tr '[' x`,
			stdout: "ifmmp\nheo\nabb\nx\nhello\na\nb\na\nxxx\nxbc\nxxz\nxxx\na,ba_b\na\naxb\n"},
		{script: "cd /tmp; tr; tr a; tr a b c; tr a ''; tr -d a b; tr -Q a; tr 'z-a' b; tr '[:foo:]' b; tr '[:upper:]' 'ab' ; tr a '[:upper:]'; tr -s a </dev/null; tr -ds a </dev/null; tr a '[:digit:]'",
			stderr: "tr: missing operand\nTry 'tr --help' for more information.\ntr: missing operand after ‘a’\nTwo strings must be given when translating.\nTry 'tr --help' for more information.\ntr: extra operand ‘c’\nTry 'tr --help' for more information.\ntr: when not truncating set1, string2 must be non-empty\ntr: extra operand ‘b’\nOnly one string may be given when deleting without squeezing repeats.\nTry 'tr --help' for more information.\ntr: invalid option -- 'Q'\nTry 'tr --help' for more information.\ntr: range-endpoints of 'z-a' are in reverse collating sequence order\ntr: invalid character class ‘foo’\ntr: misaligned [:upper:] and/or [:lower:] construct\ntr: missing operand after ‘a’\nTwo strings must be given when both deleting and squeezing repeats.\nTry 'tr --help' for more information.\ntr: when translating, the only character classes that may appear in\nstring2 are 'upper' and 'lower'\n", exit: 1},
	})
}

func TestXargs(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; echo a b c | xargs; echo a b c | xargs -n2 echo x; printf 'a b\nc\n' | xargs -I{} echo '<{}>' {}; printf 'a b\0c\0' | xargs -0 -n1 echo; xargs -r echo x < /dev/null; xargs echo x < /dev/null; echo "'a b' c\\ d \"e f\"" | xargs -n1 echo; printf 'a:b' | xargs -d: -n1 echo; seq 3 | xargs -P2 -n2 echo; echo a | xargs -t echo b; echo a b | xargs sh -c 'echo $0 $1'`,
			stdout: "a b c\nx a b\nx c\n<a b> a b\n<c> c\na b\nc\nx\na b\nc d\ne f\na\nb\n1 2\n3\nb a\na b\n",
			stderr: "echo b a\n"},
		{script: "seq 3 | xargs -n 1 grep -c x /dev/null; yes | head -3 | sort -u; seq 100 | sort -n | tail -1",
			stdout: "/dev/null:0\n/dev/null:0\n/dev/null:0\ny\n100\n",
			stderr: "grep: 1: No such file or directory\ngrep: 2: No such file or directory\ngrep: 3: No such file or directory\n"},
		{script: `cd /tmp; xargs -Q; echo a | xargs nofoo; echo $?; echo a | xargs -n x; echo "a 'b" | xargs; echo a b | xargs false; echo $?; echo x | xargs sh -c 'exit 255'; echo $?; echo a | xargs -n 0 echo; seq 3 | xargs -n1 sh -c 'exit $0'; echo $?`,
			stdout: "127\n123\n124\na\n123\n",
			stderr: "xargs: invalid option -- 'Q'\nTry 'xargs --help' for more information.\nxargs: nofoo: No such file or directory\nxargs: invalid number \"x\" for -n option\nTry 'xargs --help' for more information.\nxargs: unmatched single quote; by default quotes are special to xargs unless you use the -0 option\nxargs: sh: exited with status 255; aborting\nxargs: value 0 for -n option should be >= 1\nTry 'xargs --help' for more information.\n"},
	})
}

// FuzzTrSets checks that any two sets are read and used without harm.
func FuzzTrSets(f *testing.F) {
	for _, seed := range [][2]string{{"a-z", "A-Z"}, {"[:upper:]", "[:lower:]"}, {"[a*5]\\012", "[b*]"}, {"[=a=]-", "\\777\\"}, {"[:", "[x*010]"}} {
		f.Add(seed[0], seed[1], "")
		f.Add(seed[0], seed[1], "-cs")
		f.Add(seed[0], seed[1], "-ds")
	}
	f.Fuzz(func(t *testing.T, a, b, option string) {
		p := newMachine().newProcess(t.Context(), Script{Start: startTime})
		defer p.close()
		c := p.agentCall()
		c.name, c.args, c.stdin = "tr", []string{a, b}, strings.NewReader("some Text\n")
		if option != "" {
			c.args = []string{option, a, b}
		}
		tr(c)
	})
}
