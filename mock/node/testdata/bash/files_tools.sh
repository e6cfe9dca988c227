umask 022; printf 'hello\n' > f; chmod 640 f; mkdir d; ln -s f l; : > e
stat -c '%a %A %s %n %F %h' f e l; stat -c '%a %A %F' d; stat -L -c '%F' l; stat --printf '%s-%n\n' f; stat nofile; echo $?; stat -c %N l f; stat; echo $?
printf 'hi\r\nx\001\377' | od -c; printf 'hello world 12345' | od -An -tx1; printf 'abc' | od; printf 'abcdefghijklmnopqrst' | od -A d -t u1 -N 18 -j 1; head -c 64 /dev/zero | od -x; printf 'hello world, this\n\tis' | hexdump -C; 
t=$(mktemp); [ -f "$t" ] && stat -c %a $t; rm $t; t=$(mktemp -d); [ -d $t ] && stat -c %a $t; rmdir $t 2>/dev/null || rm -r $t; t=$(mktemp x.XXXX); echo ${#t} ${t%.*}; rm x.????; mktemp bad.X; echo $?; mktemp /nodir/a.XXXX; echo $?
