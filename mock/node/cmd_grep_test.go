package node

import "testing"

func TestGrepSelectsLines(t *testing.T) {
	check(t, []scriptCase{
		{script: `printf 'one\ntwo words\nThree three\n\nfoo.bar\nfoobar foo\nlast' > /tmp/f; cd /tmp; grep foo f; grep -c foo f /etc/hostname; grep -n 'fo*\.' f; grep -v o f; grep -i THREE f; grep -vc foo f; grep -x one f; grep -e one -e two f; grep '' f | wc -l; grep -q zzz f; echo $?; grep -q foo f; echo $?`,
			stdout: "foo.bar\nfoobar foo\nf:2\n/etc/hostname:0\n5:foo.bar\nThree three\n\nlast\nThree three\n5\none\none\ntwo words\n7\n1\n0\n"},
		{script: `printf 'foo.bar\nfoobar foo\n' > /tmp/f; cd /tmp; grep -o 'fo*' f; grep -on 'o' f; grep -w foo f; grep -wo foo f; echo foofoo foo foo | grep -ow foo; grep -ov foo f; grep -F . f; grep -Fx foo.bar f; echo é | grep -o .; fgrep -c . f; egrep 'x|b' f; grep --color=auto -h foobar f`,
			stdout: "foo\nfoo\nfoo\n1:o\n1:o\n2:o\n2:o\n2:o\n2:o\nfoo.bar\nfoobar foo\nfoo\nfoo\nfoo\nfoo\nfoo.bar\nfoo.bar\né\n1\nfoo.bar\nfoobar foo\nfoobar foo\n"},
		{script: `printf 'one\ntwo\nthree\nfour\nfive\n' > /tmp/f; cd /tmp; grep -A1 two f; grep -n -B1 four f; grep -C1 three f; grep -1 one f; grep -A1 -e one -e five f; grep -m1 t f; grep -m1 -A2 t f; grep -c -m 1 t f; grep -H one < f; cat f | grep -n one - f`,
			stdout: "two\nthree\n3-three\n4:four\ntwo\nthree\nfour\none\ntwo\none\ntwo\n--\nfive\ntwo\ntwo\n1\n(standard input):one\n(standard input):1:one\nf:1:one\n"},
		{script: "cd /tmp; mkdir -p d/e; echo foo > d/a.txt; echo foo > d/e/b.log; echo foo > d/.h; ln -s a.txt d/l; grep -r foo d; grep -rl foo; grep -rh foo d/e; grep -r --include='*.txt' foo .; grep -r --exclude='*.txt' --exclude-dir=e foo d; grep -L foo d/a.txt /etc/hostname; grep -l foo d/a.txt d/l; grep foo d; echo $?; cd d; grep -r foo",
			stdout: "d/.h:foo\nd/a.txt:foo\nd/e/b.log:foo\nd/.h\nd/a.txt\nd/e/b.log\nfoo\n./d/a.txt:foo\nd/.h:foo\n/etc/hostname\nd/a.txt\nd/l\n2\n.h:foo\na.txt:foo\ne/b.log:foo\n",
			stderr: "grep: d: Is a directory\n"},
		{script: `printf 'a\0foo\n' > /tmp/b; grep foo /tmp/b; grep -c foo /tmp/b; grep -a foo /tmp/b | wc -c; grep foo /nofile; echo $?; grep -s foo /nofile /tmp/b; echo $?; grep -qs foo /nofile /tmp/b; echo $?; yes | grep -q y; echo ${PIPESTATUS[@]}; yes | grep -m2 y; grep x < /dev/null`,
			stdout: "grep: /tmp/b: binary file matches\n1\n6\n2\ngrep: /tmp/b: binary file matches\n2\n0\n141 0\ny\ny\n",
			stderr: "grep: /nofile: No such file or directory\n", exit: 1},
		{script: "grep; grep -Q a; grep --foo a; grep -e; grep -P a /etc/passwd; grep -A x a /etc/passwd; grep -m x a /etc/passwd; grep -f /nofile /etc/passwd; echo root > /tmp/p; grep -cf /tmp/p /etc/passwd; grep -f /dev/null /etc/passwd; grep root /etc/shadow",
			stdout: "1\n",
			stderr: "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\ngrep: invalid option -- 'Q'\nUsage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\ngrep: unrecognized option '--foo'\nUsage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\ngrep: option requires an argument -- 'e'\nUsage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\ngrep: Perl matching not supported in a --disable-perl-regexp build\ngrep: x: invalid context length argument\ngrep: invalid max count\ngrep: /nofile: No such file or directory\ngrep: /etc/shadow: No such file or directory\n", exit: 2},
	})
}

func TestGrepTakesPOSIXExpressions(t *testing.T) {
	check(t, []scriptCase{
		{script: `printf 'one\ntwo\nfoo.bar\nFoo\naab\n' > /tmp/f; cd /tmp; grep -E 'one|two' f; grep 'one\|two' f; grep -E '^(foo)\.?b' f; grep -E 'o{2}' f; grep 'o\{2\}' f; grep -E '[[:upper:]]' f; grep '[^a-z]' f; grep '\bfoo\b' f; grep '\<foo\>' f; grep -E '\<(one|two)\>' f; grep -o 'a\+' f; grep -E 'a{,1}b' f`,
			stdout: "one\ntwo\none\ntwo\nfoo.bar\nfoo.bar\nFoo\nfoo.bar\nFoo\nFoo\nfoo.bar\nFoo\nfoo.bar\nfoo.bar\none\ntwo\na\naa\nfoo.bar\naab\n"},
		{script: `grep_() { echo "$1" | grep "$2"; }; grep_ 'a+b' 'a+b'; grep_ 'a{b' 'a{b'; grep_ 'x]y' '[]]'; grep_ 'a^b' 'a^b'; grep_ 'a$b' 'a$b'; grep_ '*x' '*x'; grep_ '^*' '^\^*'; grep_ ab '\(a\)b'; grep_ 'a\b' 'a[\]b'; grep_ 'a-b' '[a-]-'; grep_ tab 'a**b'; grep_ '(x)' '(x)'; echo 'a{b)' | grep -E 'a{b)'; echo '*a' | grep -oE '*a'; grep_ 'x y' '\w\s\w'`,
			stdout: "a+b\na{b\nx]y\na^b\na$b\n*x\n^*\nab\na\\b\na-b\ntab\n(x)\na{b)\na\nx y\n"},
		{script: `x() { grep "$@" < /etc/passwd; }; x '['; x -E '('; x '\('; x '\)'; x 'a\{1'; x 'a\{x\}'; x 'a\'; x '[[:foo:]]'; x '[z-a]'; x 'a\{40000\}'; x 'a\{2,1\}'; x '\(a\)\1'; x '\<-'; x -E '(a{999}){999}'; x '[[.ab.]]'`,
			stderr: "grep: Unmatched [, [^, [:, [., or [=\ngrep: Unmatched ( or \\(\ngrep: Unmatched ( or \\(\ngrep: Unmatched ) or \\)\ngrep: Unmatched \\{\ngrep: Invalid content of \\{\\}\ngrep: Trailing backslash\ngrep: Invalid character class name\ngrep: Invalid range end\ngrep: Regular expression too big\ngrep: Invalid content of \\{\\}\ngrep: back-references are not simulated\ngrep: \\< and \\> are simulated beside word characters only\ngrep: Regular expression too big\ngrep: Unmatched [, [^, [:, [., or [=\n", exit: 2},
	})
}
