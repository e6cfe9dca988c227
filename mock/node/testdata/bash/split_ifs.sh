IFS=:; x=a::b; for i in $x; do echo "<$i>"; done
x=:a:; set -- $x; echo $# "$1" "$2"
IFS=' ,'; x='a , b,,c'; set -- $x; echo $#; printf '<%s>' "$@"; echo
IFS=,; read a b c <<< "1,,3"; echo "$a|$b|$c"
IFS=: read -ra p <<< "x::y:"; echo ${#p[@]} "${p[@]/#/-}"
unset IFS; x=' a  b '; set -- $x; echo $#
IFS=; x='a b'; set -- $x; echo $#
v="a b"; IFS=:; echo "$*" $v; set -- 1 2 3; echo "$*"; IFS=; echo "$*"
