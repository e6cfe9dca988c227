x=global; f() { local x=1 y; y=2; g; echo "f $x $y"; }; g() { x=changed; }; f; echo "$x ${y-unset}"
h() { local -i n=5+5; local -r c=1; local a=(1 2); echo $n $c ${a[1]}; declare z=3; declare -g w=4; }; h; echo "${z-unset} $w"
local q=1; echo $?
k() { local x; echo "<${x-unset}>"; x=in; unset x; echo "<${x-unset}>"; }; k
