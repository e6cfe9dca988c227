{ bash -c 'kill -TERM $$; echo no'; echo $?; } 2> /dev/null
bash -c 'trap "" TERM; kill -TERM $$; echo ignored'; echo $?
bash -c 'trap "echo u" USR1; kill -USR1 $$; trap - USR1; echo $(trap -p USR1)end'; echo $?
{ bash -c 'trap "echo cleanup" EXIT; kill -9 $$'; echo $?; bash -c 'trap "echo cleanup $?" EXIT; kill $$'; echo $?; } 2> /dev/null
trap 'echo a' HUP TERM; trap -p TERM; trap
