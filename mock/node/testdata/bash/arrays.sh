declare -A m=([a]=1 ["b c"]=2); m[d]=3; echo ${#m[@]} ${m["b c"]} ${m[d]} "${m[x]-none}"; unset 'm[a]'; for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done | sort
[[ -v m[d] ]] && echo set; [[ -v m[zz] ]] || echo unset; a=(x "y z" w); echo ${#a[@]} "${a[1]}" "${a[@]:1:2}" ${!a[@]} ${a[-1]}; a+=(q); a[7]=s; echo ${!a[@]}; unset 'a[1]'; echo "${a[@]}"
mapfile -t l < <(printf '1\n2\n3\n'); echo ${#l[@]} ${l[2]}; mapfile -t -n 2 l <<< $'a\nb\nc'; echo "${l[*]}"; readarray -t -d, c <<< "p,q,r"; echo ${#c[@]} ${c[1]}
declare -p a | head -1; s="a b c"; w=($s); echo ${#w[@]}; e=(); echo "${#e[@]}<${e[@]}>"; declare -a n; n[3]=x; echo ${#n[@]}; b=("${a[@]}"); echo ${b[0]}; f() { local -n ref=$1; ref+=(new); }; f w; echo ${w[@]}; echo ${a[@]/x/X} ${w[@]^^}
