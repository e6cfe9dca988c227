x=hello; echo ${x:1:3} ${x: -2} ${#x} ${x#h*l} ${x##*l} ${x%l*} ${x%%l*} ${x/l/L} ${x//l/L} ${x^} ${x^^} ${x/#he/HE} ${x/%lo/LO}
y="it's"; echo ${y@Q} ${x@U} ${x@u} ${x@Q}; printf '%q\n' "a b" "it's" ''; z=; echo "${z:-d}" "${z-d}" "${z:+s}" "${u:=as}" $u; echo "${u:?msg}"; (echo "${nn:?is missing}"); echo $?
E='*'; echo "$E" '$E' \$E $'a\tb\x41' $"loc"; set -- a b c; echo $# $* "$@" ${@:2} ${*: -1} $0 | sed 's/ [^ ]*$//'; shift; echo $1; set -- "a b" c; for i; do echo "<$i>"; done
echo {a,b}{1,2} {1..5} {05..1..2} {a..e}; echo ~root; a='b c'; echo ${a// /_}; echo ${!x*} ; p=/a/b/c.txt; echo ${p##*/} ${p%/*} ${p%.txt}.md; echo "${x:0:-1}" "${x:(-3):2}"; v=abc; echo ${v:1}${v:0:1}; echo "${x,}" "${x,,}"; echo $((${#x}+1)) "${x/z}" "${x/l}"
