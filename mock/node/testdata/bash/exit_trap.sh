trap 'echo bye $?; exit 7' EXIT
bash -c 'trap "exit 5" EXIT; exit 2'; echo $?
bash -c 'trap "false" EXIT; exit 2'; echo $?
bash -c 'trap "echo x" EXIT; true'; echo $?
exit 1
