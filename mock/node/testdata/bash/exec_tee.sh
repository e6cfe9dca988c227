bash -c 'exec > >(tee tee.tmp); echo a; echo b' ; sleep 0.2
cat tee.tmp
