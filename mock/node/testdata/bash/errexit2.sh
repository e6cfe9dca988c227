set -e; trap 'echo err $?' ERR; trap 'echo exit $?' EXIT
f() { false; }
true && false || true
g() { return 3; }
if g; then :; fi
[ 1 = 2 ] || echo ok
f
echo no
