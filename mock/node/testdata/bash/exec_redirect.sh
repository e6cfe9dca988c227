exec > log.tmp 2>&1
echo hello
echo err >&2
nosuch
exec > /dev/stdout
cat log.tmp >&2
