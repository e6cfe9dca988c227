trap 'echo got term' TERM
kill -TERM $$
echo after
trap 'echo int; exit 4' INT
kill -INT $$
echo no
