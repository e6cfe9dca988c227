exec 3>&1 > log2.tmp
echo hidden
exec 1>&3 3>&-
echo shown; cat log2.tmp
