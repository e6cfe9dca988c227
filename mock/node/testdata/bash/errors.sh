nosuchcmd; echo $?
./nofile; echo $?
/; echo $?
cat < /nofile; echo $?
echo x > /nodir/f; echo $?
cd /nodir; echo $?
set -u; (echo $undef); echo $?; set +u
command nosuch; echo $?; type nosuch; echo $?; shift 5; echo $?; exit abc
