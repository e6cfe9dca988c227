package node

import "testing"

func TestPipelinesReadLikeBash(t *testing.T) {
	check(t, []scriptCase{
		{script: "echo a | read x; echo \"[$x]\"", stdout: "[]\n"},
		{script: "false | true; echo $? ${PIPESTATUS[@]}", stdout: "0 1 0\n"},
		{script: "true | (exit 3) | true; echo ${PIPESTATUS[1]}", stdout: "3\n"},
		{script: "set -o pipefail; (exit 2) | (exit 3) | true; echo $?", stdout: "3\n"},
		{script: "! false | false; echo $?", stdout: "0\n"},
		{script: "set -e; ! true | true; echo on; false | true; echo on; true | false; echo off", stdout: "on\non\n", exit: 1},
		{script: "set -eo pipefail; if false | true; then :; else echo no; fi; false | true || echo or; false | true; echo off", stdout: "no\nor\n", exit: 1},
		{script: "false; echo $? | cat", stdout: "1\n"},
		{script: "echo a | { cat; exit 4; } ; echo $?", stdout: "a\n4\n"},
		{script: "{ echo a; echo b >&2; } 2>&1 | cat -n", stdout: "     1\ta\n     2\tb\n"},
		{script: "{ echo a; echo b >&2; } |& cat -n", stdout: "     1\ta\n     2\tb\n"},
		{script: "{ echo a; echo b >&2; } | cat -n", stdout: "     1\ta\n", stderr: "b\n"},
		{script: "nofoo | cat; nofoo 2>&1 | cat", stdout: "sh: line 1: nofoo: command not found\n", stderr: "sh: line 1: nofoo: command not found\n"},
		{script: "f() { echo x | g; }; g() { cat | cat; }; f | f; echo y | f | cat", stdout: "x\nx\n"},
		{script: "for i in 1 2 3; do echo $i; done | while read x; do echo $x | tail -1; done | wc -l", stdout: "3\n"},
		{script: "printf '1\\n2\\n3\\n' | { read a; read b; echo $a $b; cat; }", stdout: "1 2\n3\n"},
		{script: "seq 30000 | wc; seq 30000 | tail -1", stdout: "  30000   30000  168894\n30000\n"},
		{script: "eval 'nofoo >/tmp/f 2>&1; { nofoo 2>&1 >/tmp/g; } | cat'; cat /tmp/f /tmp/g", stdout: "sh: line 1: nofoo: command not found\nsh: line 1: nofoo: command not found\n"},
		{script: "echo a |\n# comment\ncat", stdout: "a\n"},
		{script: "x=$(echo a | cat; echo b | cat); echo \"$x\"", stdout: "a\nb\n"},
		{script: "while read x; do echo in | cat; done < <(echo 1; echo 2)", stdout: "in\nin\n"},
		{script: "exec 2>&1; nofoo; cd /nodir; echo ok", stdout: "sh: line 1: nofoo: command not found\nsh: line 1: cd: /nodir: No such file or directory\nok\n"},
		{script: "x=$(cd /nodir 2>&1); echo \"$x\"; y=$(nofoo 2>&1 >/dev/null); echo \"$y\"", stdout: "sh: line 1: cd: /nodir: No such file or directory\nsh: line 1: nofoo: command not found\n"},
	})
}

func TestTimeOfAPipelineIsTheSumOfItsStages(t *testing.T) {
	stdout, _, r := run(t, "(sleep 2; date +%S) | (sleep 3; cat; date +%S)")
	if stdout != "35\n38\n" || r.Duration.Seconds() != 5 {
		t.Errorf("printed %q in %v, want seconds 35 and 38 in 5s", stdout, r.Duration)
	}
}
