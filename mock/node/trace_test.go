package node

import "testing"

func TestTraceReadsLikeBash(t *testing.T) {
	check(t, []scriptCase{
		{script: "set -x; echo a 'b c' $((1+1)) ''; x=1; y='a b'; [ a = a ] && for i in 1 2; do :; done; set +x; echo z", stdout: "a b c 2 \nz\n",
			stderr: "+ echo a 'b c' 2 ''\n+ x=1\n+ y='a b'\n+ '[' a = a ']'\n+ for i in 1 2\n+ :\n+ for i in 1 2\n+ :\n+ set +x\n"},
		{script: "set -x; echo a | cat | cat; f() { echo \"$1\"; }; f \"it's\"; true & wait", stdout: "a\nit's\n",
			stderr: "+ echo a\n+ cat\n+ cat\n+ f 'it'\\''s'\n+ echo 'it'\\''s'\n+ true\n+ wait\n"},
		{script: "exec 2>&1; set -ux; echo $FOO", stdout: "sh: line 1: FOO: unbound variable\n", exit: 1},
		{script: "set -x; while [ \"$i\" != xx ]; do i=x$i; done; case $i in *) :;; esac", stderr: "+ '[' '' '!=' xx ']'\n+ i=x\n+ '[' x '!=' xx ']'\n+ i=xx\n+ '[' xx '!=' xx ']'\n+ case $i in\n+ :\n"},
	})
}
