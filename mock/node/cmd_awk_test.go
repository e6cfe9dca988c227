package node

import (
	"errors"
	"testing"
	"time"
)

func TestAwk(t *testing.T) {
	check(t, []scriptCase{
		{script: "awk -F: '$3 >= 1000 { print $1\":\"$3 }' /etc/passwd; df -P / | awk 'NR==2 { print $5+0 < 90 ? \"ok\" : \"full\" }'", stdout: "nobody:65534\nec2-user:1000\nssm-user:1001\nok\n"},
		{script: "echo 'a,b;c' | awk -F'[,;]' -v OFS=- -v 'x=1\\t2' '{ $1=$1; print; print x }'; printf 'a|b\\n' | awk -F'|' '{print $2}'; printf 'a\\tb c\\n' | awk -Ft '{print $2}'; printf 'a.b\\n' | gawk -F. '{print $2}'", stdout: "a-b-c\n1\t2\nb\nb c\nb\n"},
		{script: "awk 'BEGIN { while ((\"ls /home\" | getline u) > 0) print u; print system(\"exit 3\"); print \"b\\na\" | \"sort\"; close(\"sort\"); print \"x\" > \"/tmp/o\"; print \"y\" >> \"/tmp/o\"; print \"e\" > \"/dev/stderr\" }'; cat /tmp/o", stdout: "ec2-user\nssm-user\n3\na\nb\nx\ny\n", stderr: "e\n"},
		{script: "export A=7; awk 'BEGIN { print ENVIRON[\"A\"], systime(), strftime(\"%F %T\") }'; echo '{ print NR \": \" $0 }' > /tmp/p.awk; awk -f /tmp/p.awk /etc/hostname; printf '#!/usr/bin/awk -f\\nBEGIN { print ARGV[1] }' > /tmp/x; chmod +x /tmp/x; /tmp/x arg", stdout: "7 1795341933 2026-11-22 10:05:33\n1: ip-172-31-5-9.ec2.internal\narg\n"},
		{script: `echo 'k="v" [x] a.b' | awk '{ gsub(/[\[\]"]/, ""); print; print match($0, /\<x\>/), match($0, /a\.b/), gsub(/\yv\y/, "w"); print; print ("a+b" ~ /a\+b/) }'`, stdout: "k=v x a.b\n5 7 1\nk=w x a.b\n1\n"},
		{script: "awk '{ print $1'; echo $?; awk 'BEGIN { print 1/0 }'; echo $?; awk '{ print }' /nofile; echo $?; awk; echo $?; awk 'BEGIN { exit 5 }'; echo $?; awk -v x; awk -v x 1; awk '{ asort(a) }'; awk -f /nofile; awk '{ print > \"/no/x\" }' /etc/hostname; awk '{print}' /etc /etc/hostname",
			stdout: "1\n2\n2\n2\n5\nip-172-31-5-9.ec2.internal\n",
			stderr: "awk: cmd. line:1: { print $1\nawk: cmd. line:1:           ^ unexpected newline or end of string\n" +
				"awk: cmd. line:1: fatal: division by zero attempted\nawk: cmd. line:1: fatal: cannot open file `/nofile' for reading: No such file or directory\n" +
				"Usage: awk [POSIX or GNU style options] -f progfile [--] file ...\nUsage: awk [POSIX or GNU style options] [--] 'program' file ...\n" +
				"Usage: awk [POSIX or GNU style options] -f progfile [--] file ...\nUsage: awk [POSIX or GNU style options] [--] 'program' file ...\n" +
				"awk: fatal: `x' argument to `-v' not in `var=value' form\nawk: cmd. line:1: asort is not simulated\nawk: fatal: cannot open source file `/nofile' for reading: No such file or directory\n" +
				"awk: cmd. line:1: (FILENAME=/etc/hostname FNR=1) fatal: cannot redirect to `/no/x': No such file or directory\nawk: cmd. line:1: warning: command line argument `/etc' is a directory: skipped\n"},
		{script: "yes | awk 'NR == 3 { print; exit }'; seq 100000 | awk '{ s += $1 } END { print s }'", stdout: "y\n5000050000\n"},
		{script: "echo b | awk '{ print; system(\"cat\") }'; echo 'x y' | awk '{ print $2 | \"cat 1>&2\" }'", stdout: "b\n", stderr: "y\n"},
	})
}

// TestAwkStaysWithinTheScriptsLimits runs programs that would take all memory, or start shells in each other for ever.
func TestAwkStaysWithinTheScriptsLimits(t *testing.T) {
	for script, want := range map[string]error{
		`awk 'BEGIN { s = "x"; while (1) s = s s }'`:                           ErrMemory,
		`awk 'BEGIN { while (1) a[i++] = i "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }'`: nil,
		`awk 'BEGIN { while (1); }'`:                                           ErrSteps,
		`awk 'BEGIN { while (1) print "y" }'`:                                  ErrOutput,
		`f='BEGIN { system("awk \"$f\"") }'; export f; awk "$f"`:               ErrDepth,
		`awk 'BEGIN { while (("echo a" | getline) > 0) close("echo a") }'`:     ErrSteps,
	} {
		_, _, r := run(t, script)
		if r.Limit == nil || want != nil && !errors.Is(r.Limit, want) || r.Duration != time.Hour {
			t.Errorf("%s: ended with %v after %v, want %v", script, r.Limit, r.Duration, want)
		}
	}
}
