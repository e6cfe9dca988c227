exec 3> out.tmp; echo three >&3; echo more 1>&3; exec 3>&-; cat out.tmp
exec 4< out.tmp; read -u 4 x; read y <&4; echo "$x/$y"; exec 4<&-
exec 5>&1; echo to five >&5; f=$(echo captured >&5; echo in); echo "f=$f"; exec 5>&-
{ echo err >&2; echo out; } 3>&1 1>&2 2>&3 3>&- | sed 's/^/piped /'
echo x >&9; echo $?
while read -u 6 l; do echo "l=$l"; done 6< out.tmp
exec 7> rw.tmp; n=7; echo hi >&$n; false 7>&-; echo $?; cat rw.tmp
cat 0< out.tmp; cat <&3; echo $?
