package node

import "testing"

func TestFunctionsAreAskedFor(t *testing.T) {
	check(t, []scriptCase{
		{script: "f() { :; }; declare -f f > /dev/null && echo f; declare -F f g; echo $?; typeset -f none; echo $?; x=$(declare -F f); echo $x; declare -f f; echo $?; declare -f", exit: 1,
			stdout: "f\nf\n1\n1\nf\n1\n", stderr: "sh: line 1: declare: -f: not simulated\nsh: line 1: declare: -f without a name: not simulated\n"},
	})
}
