false | true; echo $?; set -o pipefail; false | true; echo $?; exit 3 | exit 4 | true; echo $? ${PIPESTATUS[@]}
set -e; if false | true; then echo a; else echo b; fi; false | true || echo c; ! false | true; echo d
false | true
echo no
