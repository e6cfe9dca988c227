package node

import (
	"strings"
	"testing"
)

func TestSed(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; printf 'alpha\nbeta\ngamma x\n\ndelta=1\nlast' > f; sed s/a/X/ f; sed s/a/X/g f; sed s/a/X/2 f; sed s/a/X/2g f; sed -n s/a/X/p f; sed s/A/X/I f; sed -n 2p f; sed -n '2,3p' f; sed -n '$p' f; sed -n '/beta/,/^$/p' f; sed '/beta/d' f; sed 3q f; sed -n '/a$/=' f; sed '2a new' f`,
			stdout: "Xlpha\nbetX\ngXmma x\n\ndeltX=1\nlXstXlphX\nbetX\ngXmmX x\n\ndeltX=1\nlXstalphX\nbeta\ngammX x\n\ndelta=1\nlastalphX\nbeta\ngammX x\n\ndelta=1\nlastXlpha\nbetX\ngXmma x\ndeltX=1\nlXstXlpha\nbetX\ngXmma x\n\ndeltX=1\nlXstbeta\nbeta\ngamma x\nlastbeta\ngamma x\n\nalpha\ngamma x\n\ndelta=1\nlastalpha\nbeta\ngamma x\n1\n2\nalpha\nbeta\nnew\ngamma x\n\ndelta=1\nlast"},
		{script: "cd /tmp; printf 'alpha\\nbeta\\ngamma x\\n\\ndelta=1\\nlast' > f; sed '2i\\  new' f; sed '/^$/c\\\nchanged' f; sed '2,3c joined' f; sed y/abc/ABC/ f; sed 'n;d' f; sed '$!N;s/\\n/+/' f; sed -n '2{p;p}' f; sed -e 1d -e '$d' f; sed -E 's/(.)(.)/\\2\\1/' f; sed 's/\\(.\\)a/[&\\1]/' f; sed 's|a/b|c|;s,=,/,' f",
			stdout: "alpha\n  new\nbeta\ngamma x\n\ndelta=1\nlastalpha\nbeta\ngamma x\nchanged\ndelta=1\nlastalpha\njoined\n\ndelta=1\nlastAlphA\nBetA\ngAmmA x\n\ndeltA=1\nlAstalpha\ngamma x\ndelta=1\nalpha+beta\ngamma x+\ndelta=1+lastbeta\nbeta\nbeta\ngamma x\n\ndelta=1\nlapha\nebta\nagmma x\n\nedlta=1\nalstalp[hah]\nbe[tat]\n[gag]mma x\n\ndel[tat]=1\n[lal]stalpha\nbeta\ngamma x\n\ndelta/1\nlast"},
		{script: `cd /tmp; printf 'alpha\nbeta\ngamma x\n\ndelta=1\nlast' > f; sed '1!d' f; sed '1~2d' f; sed '2,+1d' f; sed '2,~4d' f; sed '0,/a/d' f; sed '/a/,2d' f; sed 's/x*/-/g' f; sed 's/$/;/' f; sed 's/^/# /' f; sed '/^#/d;/^$/d' f; sed 's/a/\n/' f; sed 's/a/\&\t/' f; sed '2q5' f; echo $?; sed -n '/b/{s//Q/;p}' f`,
			stdout: "alpha\nbeta\n\nlastalpha\n\ndelta=1\nlastalpha\ndelta=1\nlastbeta\ngamma x\n\ndelta=1\nlast\n-a-l-p-h-a-\n-b-e-t-a-\n-g-a-m-m-a- -\n-\n-d-e-l-t-a-=-1-\n-l-a-s-t-alpha;\nbeta;\ngamma x;\n;\ndelta=1;\nlast;# alpha\n# beta\n# gamma x\n# \n# delta=1\n# lastalpha\nbeta\ngamma x\ndelta=1\nlast\nlpha\nbet\n\ng\nmma x\n\ndelt\n=1\nl\nst&\tlpha\nbet&\t\ng&\tmma x\n\ndelt&\t=1\nl&\tstalpha\nbeta\n5\nQeta\n"},
		{script: `cd /tmp; printf 'alpha\nbeta\ngamma x\n\ndelta=1\nlast' > f; sed 's/[/]/x/;s/a\/b//' f; sed '$a end' f; sed '/gamma/{n;d}' f; sed -s -n '$=' f f; sed -n '$=' f f; cat f | sed s/a/b/ - | tail -1; sed '5s/=.*/=2/' f | tail -2; sed 's/.*/"&"/' f; sed = f | head -3; sed -e 'a\' -e 'foo' f | head -2`,
			stdout: "alpha\nbeta\ngamma x\n\ndelta=1\nlastalpha\nbeta\ngamma x\n\ndelta=1\nlast\nend\nalpha\nbeta\ngamma x\ndelta=1\nlast6\n6\n12\nlbstdelta=2\nlast\"alpha\"\n\"beta\"\n\"gamma x\"\n\"\"\n\"delta=1\"\n\"last\"1\nalpha\n2\nalpha\nfoo\n"},
		{script: "cd /tmp; printf 'alpha\\nbeta\\ngamma x\\n\\ndelta=1\\nlast' > f; sed '#n\np' f | head -1; sed 's,a\\,,b,' f | head -1; sed '5,1p' f | wc -l; sed --expression=1d f | head -1; sed '2,4{/^$/d}' f; sed '1d;2d;3d;4d;5d;6d' f; yes | sed 2q; sed '' f; sed '/A/Id' f; sed '\\,beta,d' f; sed 's/a|b/x/' f | head -1",
			stdout: "alpha\nalpha\n6\nbeta\nalpha\nbeta\ngamma x\ndelta=1\nlasty\ny\nalpha\nbeta\ngamma x\n\ndelta=1\nlast\nalpha\ngamma x\n\ndelta=1\nlastalpha\n"},
		{script: "cd /tmp; printf 'alpha\\nbeta\\ngamma x\\n\\ndelta=1\\nlast' > f; sed -E 's/a|b/x/g;s/x{2}/y/' f; sed '1{;p;}' f | head -2 ; sed 's/a/b/;# comment\ns/b/c/' f | head -1; sed '/nomatch/!s/l/L/' f | head -1; sed -n '1,/a/p' f; sed -n '/a/,+1p' f; sed -n '2,$p' f; sed 's/é/e/;y/é/e/' <<< é",
			stdout: "xlphx\nxetx\ngxmmx x\n\ndeltx=1\nlxstalpha\nalpha\nclpha\naLpha\nalpha\nbeta\nalpha\nbeta\ngamma x\n\ndelta=1\nlastbeta\ngamma x\n\ndelta=1\nlaste\n"},
	})
}

func TestSedInPlace(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; printf 'alpha\nbeta\ngamma x\n\ndelta=1\nlast' > f; cp f g; sed -i 's/a/Z/' g; cat g; sed -i.bak 1d g; cat g g.bak | head -3; sed -i -e '$d' g f; wc -l g f; chmod 600 g; sed -i 1d g; ls -l g | head -c 10; sed -n -i 2p g; cat g; sed -i 1q f; cat f; ls; sed -i s/a/b/ nofile; echo $?; sed -i s/a/b/ /tmp; echo $?; sed -i p; sed p nofile f; echo $?; sed p /tmp; echo $?`,
			stdout: "Zlpha\nbetZ\ngZmma x\n\ndeltZ=1\nlZstbetZ\ngZmma x\n\n 4 g\n 5 f\n 9 total\n-rw-------\nalpha\nf\ng\ng.bak\n2\n4\nalpha\nalpha\n2\n4\n",
			stderr: "sed: can't read nofile: No such file or directory\nsed: couldn't edit /tmp: not a regular file\nsed: no input files\nsed: can't read nofile: No such file or directory\nsed: read error on /tmp: Is a directory\n"},
	})
}

func TestSedFaults(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; printf 'a\nb\n' >f; x() { sed "$@" f; echo $?; };  x k; x s/a; x s/a/b; x s/a/b/q; x 's/a/b/gg'; x 'y/a/bc/'; x 'y/a'; x '/a'; x '1,p'; x 'p p'; x '{p'; x 'p}'; x 'a';  x 's/\(a/b/'; x '0p'; x 's/a/\1/'; x 'y/ab/c'; x 's/a/b/0'; x 'qx'; x '=p'; x -e p -e k; x -e 'p;k' -e p; x '1}'; x 's/\(a\)\1/x/'; x '//p'; x 1,; x -E 's/*a/x/'; x 3`,
			stdout: "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\na\n1\n1\n1\n1\n",
			stderr: "sed: -e expression #1, char 1: unknown command: `k'\nsed: -e expression #1, char 3: unterminated `s' command\nsed: -e expression #1, char 5: unterminated `s' command\nsed: -e expression #1, char 7: unknown option to `s'\nsed: -e expression #1, char 8: multiple `g' options to `s' command\nsed: -e expression #1, char 7: strings for `y' command are different lengths\nsed: -e expression #1, char 3: unterminated `y' command\nsed: -e expression #1, char 2: unterminated address regex\nsed: -e expression #1, char 3: unexpected `,'\nsed: -e expression #1, char 3: extra characters after command\nsed: -e expression #1, char 0: unmatched `{'\nsed: -e expression #1, char 2: unexpected `}'\nsed: -e expression #1, char 1: expected \\ after `a', `c' or `i'\nsed: -e expression #1, char 8: Unmatched ( or \\(\nsed: -e expression #1, char 2: invalid usage of line address 0\nsed: -e expression #1, char 7: invalid reference \\1 on `s' command's RHS\nsed: -e expression #1, char 6: unterminated `y' command\nsed: -e expression #1, char 7: number option to `s' command may not be zero\nsed: -e expression #1, char 2: extra characters after command\nsed: -e expression #1, char 2: extra characters after command\nsed: -e expression #2, char 1: unknown command: `k'\nsed: -e expression #1, char 3: unknown command: `k'\nsed: -e expression #1, char 2: unexpected `}'\nsed: -e expression #1, char 12: back-references are not simulated\nsed: -e expression #1, char 0: no previous regular expression\nsed: -e expression #1, char 2: unexpected `,'\nsed: -e expression #1, char 7: Invalid preceding regular expression\nsed: -e expression #1, char 1: missing command\n"},
		{script: `x() { echo a | sed "$@"; }; x; x -Q; x h; x 'b end'; x 's/a/\U&/'; x 's/a/b/w f'; x '1!G;h;$!d'; x w/tmp/x; x 'r /etc/passwd'; x e; x -f /nofile; echo s/a/b/ > /tmp/s; x -f /tmp/s; x -z p`,
			stdout: "b\n",
			stderr: "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\nsed: invalid option -- 'Q'\nUsage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\nTry 'sed --help' for more information.\nsed: -e expression #1, char 1: the command `h' is not simulated\nsed: -e expression #1, char 1: the command `b' is not simulated\nsed: -e expression #1, char 8: \\U in a replacement is not simulated\nsed: -e expression #1, char 7: the option `w' of `s' is not simulated\nsed: -e expression #1, char 3: the command `G' is not simulated\nsed: -e expression #1, char 1: the command `w' is not simulated\nsed: -e expression #1, char 1: the command `r' is not simulated\nsed: -e expression #1, char 1: the command `e' is not simulated\nsed: couldn't open file /nofile: No such file or directory\nsed: invalid option -- 'z'\nUsage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\nTry 'sed --help' for more information.\n", exit: 1},
	})
}

// FuzzSed checks that any script is read and run without harm.
func FuzzSed(f *testing.F) {
	for _, seed := range []string{
		"s/a/b/g;2,3d;$!N", "/x/I,+2{=;p}", "y/abc/xyz/;1~2i\\\n text\\", "0,/a/s//[&]\\1/2gp", "a\\", "\\,a[,]b,c new", "s|[[:alpha:]|]*|\\n|I", "5,~4!{n;q7\n}", "#n\n$=", "N;N;s/\\n//",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, script string, extended bool) {
		p := newMachine().newProcess(t.Context(), Script{Start: startTime, Limits: Limits{Steps: 2000}})
		defer p.close()
		c := p.agentCall()
		c.name, c.args, c.stdin = "sed", []string{"-e", script}, strings.NewReader("alpha\nbeta\n\nx,y")
		if extended {
			c.args = append(c.args, "-E")
		}
		sed(c)
	})
}
