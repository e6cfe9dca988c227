readonly r=1
echo a
(r=2; echo inner $?); echo $?
f() { local r=3; echo "f $?"; }; f; echo after f $?
export r=5; echo export $?
unset r; echo unset $?
r=2
echo not reached
