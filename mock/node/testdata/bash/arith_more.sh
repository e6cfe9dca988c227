echo $((2**10)) $((7/2)) $((-7/2)) $((-7%3)) $((1<<4)) $((0x1f)) $((010)) $((2#101)) $((16#ff)) $((1?2:3)) $((!5)) $((~5)) $((5&3|4^1))
x=5; echo $((x++ + ++x)) $x; ((x+=3)); echo $x; ((x>5 && x<20)) && echo yes
a=b; b=7; echo $((a)); let c=3*4; echo $c; i=0; while ((i<3)); do ((i++)); done; echo $i
for ((i=0;i<3;i++)); do echo -n $i; done; echo; echo $((1,2,3)); echo $(( (1+2)*3 )); unset u; echo $((u+1))
arr=(1 2 3); echo $((arr[1]+arr[2])); ((arr[0]++)); echo ${arr[0]}; ((arr[1]=9)); echo ${arr[@]}
