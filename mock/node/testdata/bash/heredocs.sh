x=v; cat <<A
$x $(echo sub) `echo old` \$x \\ "q"
A
cat <<'B'
$x $(no) \n
B
cat <<-C
	tabbed
		more
	C
cat <<< "here $x"; cat <<< 'a
b'; read a b <<< "1 2 3"; echo "$a-$b"; f() { cat; }; f <<D; cat <<E1; cat <<E2
into f
D
e1
E1
e2
E2
while read l; do echo "[$l]"; done <<X
  l1  
l\2
X
