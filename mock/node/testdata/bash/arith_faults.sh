echo one
echo $((1/0))
echo two $?
x=$((08)); echo "three $? <$x>"
echo $((09 + 1)); echo $?
((1/0)); echo $?
let 'y=5%0'; echo $?
(( z = 08 )); echo $?
echo $((1 +)); echo four
