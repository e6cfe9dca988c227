set -e
f() { false; echo in f; }
f || echo or
if f; then echo then; fi
f && echo and
! f; echo bang
while f; do break; done; echo loop
x=$(false; echo sub) || true; echo "x=$x"
y=$(f); echo "y=$y"
local_test() { local v=$(false); echo "local masks $?"; }; local_test
(false; echo subshell) || echo caught
z=$(false)
echo no
