readonly r=1
r=2 true; echo $?
for r in 1 2; do echo $r; done; echo for $?
read r <<< x; echo read $?
printf -v r x; echo printf $?
echo end
