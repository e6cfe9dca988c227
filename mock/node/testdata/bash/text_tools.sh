printf 'a\nb\nc\n' > f1; printf 'a\nB\nc\nd\n' > f2; printf 'b\nd' > f3
diff f1 f2; echo $?; diff f1 f1; echo $?; diff -q f1 f2; diff -s f1 f1; diff f1 f3; diff f1 nofile; echo $?
seq 20 > g1; sed 's/^5$/five/; 12d; s/^18$/x\ny/' g1 > g2; diff g1 g2; diff -u g1 g2 | tail -n +3; diff -u f1 /dev/null | tail -n +3
cmp f1 f2; echo $?; cmp f1 f1; cmp -s f1 f2; echo $?; comm f1 f3 2>/dev/null; comm -12 f1 f2; comm -3 f1 f2
tac f1; rev f1 f2; nl f1; printf 'x\n\ny\n' | nl; printf 'x\n\ny\n' | nl -ba -w3 -s:; echo 'abcdefghij klm' | fold -w 5; echo 'abc def ghi' | fold -s -w 6
paste f1 f2; paste -d, f1 f2 f3; paste -s f1; paste -sd+ f1; paste -d'\n' f1 f1
md5sum f1; sha256sum < f1; sha1sum f1 > sums; sha1sum -c sums; echo x >> f1; sha1sum -c sums 2>&1; echo $?; echo hello | base64; echo aGVsbG8K | base64 -d; seq 50 | base64 | head -2; seq 50 | base64 -w 0 | wc -c; shuf -e a b c | sort; shuf -i 1-5 | sort -n | tr '\n' ' '
