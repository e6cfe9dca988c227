f() { OPTIND=1; while getopts ":ab:c" o "$@"; do case $o in a|c) echo "$o";; b) echo "b=$OPTARG";; :) echo "need $OPTARG";; \?) echo "bad $OPTARG";; esac; done; shift $((OPTIND-1)); echo "rest $*"; }
f -a -b x -c y z; f -ab val; f -b; f -q; f -- -a; f -ac -bq r
g() { local OPTIND; while getopts "x:" o; do echo "$o $OPTARG"; done; }; g -x 1 -y; g -x
