package node

import "testing"

func TestCopyingAndMoving(t *testing.T) {
	check(t, []scriptCase{
		{script: "cd /tmp; echo a > a; mkdir d; cp a b c; cp d a; mv d a; mv a d/x/; mv d d/f; cp a a; mv a a; cp; cp a; cp /nofile /tmp; mv -Q; mv --foo",
			stderr: "cp: target 'c': No such file or directory\ncp: -r not specified; omitting directory 'd'\nmv: cannot overwrite non-directory 'a' with directory 'd'\nmv: cannot move 'a' to 'd/x/': Not a directory\nmv: cannot move 'd' to a subdirectory of itself, 'd/f'\ncp: 'a' and 'a' are the same file\nmv: 'a' and 'a' are the same file\ncp: missing file operand\nTry 'cp --help' for more information.\ncp: missing destination file operand after 'a'\nTry 'cp --help' for more information.\ncp: cannot stat '/nofile': No such file or directory\nmv: invalid option -- 'Q'\nTry 'mv --help' for more information.\nmv: unrecognized option '--foo'\nTry 'mv --help' for more information.\n", exit: 1},
		{script: "cd /tmp; echo a > a; mkdir -p d/e; cp -v a b; mv -v b b2; cp -rv d dd; cp -t d a; cp a b2 d; ls -R; mv -t nodir a; cp a nodir/; cp -T a d",
			stdout: "'a' -> 'b'\nrenamed 'b' -> 'b2'\n'd' -> 'dd'\n'd/e' -> 'dd/e'\n.:\na\nb2\nd\ndd\n\n./d:\na\nb2\ne\n\n./d/e:\n\n./dd:\ne\n\n./dd/e:\n",
			stderr: "mv: target directory 'nodir': No such file or directory\ncp: cannot create regular file 'nodir/': Not a directory\ncp: cannot overwrite directory 'd' with non-directory\n", exit: 1},
		{script: "cd /tmp; mkdir -p d2/dd; echo z > a; cp a a3; mv a3 d2/dd/; mv d2 d3; cat d3/dd/a3; ls d3/dd d2; echo b > b; mv -n a b; cat b; mv a b; cat b a",
			stdout: "z\nd3/dd:\na3\nb\nz\n",
			stderr: "ls: cannot access 'd2': No such file or directory\ncat: a: No such file or directory\n", exit: 1},
		{script: "cd /tmp; ln -s d l; cp -P l l2; readlink l2; cp l l3; mkdir d; echo x > d/x; cp -r l l4; readlink l4; cp -rL l l5; cat l5/x; cp x/ y; mv /proc/uptime x; cp x /proc/new; mv /tmp /t",
			stdout: "d\nd\nx\n",
			stderr: "cp: cannot stat 'l': No such file or directory\ncp: cannot stat 'x/': No such file or directory\nmv: cannot move '/proc/uptime' to 'x': Permission denied\ncp: cannot stat 'x': No such file or directory\nmv: cannot move '/tmp' to '/t': Device or resource busy\n", exit: 1},
		{script: "cd /tmp; echo x > a; chmod 640 a; chown bin:daemon a; cp -p a b; cp a c; cp -a a d; ls -l; cp /usr/bin/true t; ./t && echo ran; mv /usr/bin/uptime /usr/local/bin/up; up -p; command -v uptime",
			stdout: "total 16\n-rw-r-----. 1 bin  daemon 2 Nov 22 10:05 a\n-rw-r-----. 1 bin  daemon 2 Nov 22 10:05 b\n-rw-r-----. 1 root root   2 Nov 22 10:05 c\n-rw-r-----. 1 bin  daemon 2 Nov 22 10:05 d\nran\nup 10 hours, 5 minutes\n", exit: 1},
		{script: "cd /tmp; cp /proc/uptime up; cat up; cp /etc/os-release o; echo more >> o; tail -1 o; tail -1 /etc/os-release; cp /dev/null up; cat up; cp /dev/zero z; cp o /dev/null; ls",
			stdout: "36333.00 71939.34\nmore\nSUPPORT_END=\"2029-06-30\"\no\nup\n",
			stderr: "cp: cannot create regular file 'z': Invalid argument\n"},
	})
}

func TestLinks(t *testing.T) {
	check(t, []scriptCase{
		{script: "cd /tmp; ln -s x l; ln -s y l; ln -sf y l; readlink l; readlink /etc/passwd; readlink -f l /bin/cat /nofile/x; readlink -v /etc/passwd; ln -sv /etc d; ls d/os-release; readlink -n l; ln -s a; ln a b; ln; readlink",
			stdout: "y\n/tmp/y\n/usr/bin/cat\n'd' -> '/etc'\nd/os-release\ny",
			stderr: "ln: failed to create symbolic link 'l': File exists\nreadlink: /etc/passwd: Invalid argument\nln: hard links are not simulated\nln: missing file operand\nTry 'ln --help' for more information.\nreadlink: missing operand\nTry 'readlink --help' for more information.\n", exit: 1},
		{script: "cd /tmp; mkdir a; ln -s a l; ln -s /x l; ls a; ln -sfn b l; readlink l; ln -s a b nodir; readlink -e nofile; echo $?; readlink -m no/such/file; realpath a/../a nod/x; realpath; ln -s x /proc/y",
			stdout: "x\nb\n1\n/tmp/no/such/file\n/tmp/a\n",
			stderr: "ln: target 'nodir': Not a directory\nrealpath: nod/x: No such file or directory\nrealpath: missing operand\nTry 'realpath --help' for more information.\nln: failed to create symbolic link '/proc/y': Permission denied\n", exit: 1},
	})
}

func TestModesAndOwners(t *testing.T) {
	check(t, []scriptCase{
		{script: "cd /tmp; echo a > a; chmod -v 755 a; chmod -v 755 a; chmod -c 700 a; chown -v root a; chown -v daemon:bin a; chown -v :bin a; chown daemon: a; chown 77:88 a; ls -l a; chgrp root a; ls -l a",
			stdout: "mode of 'a' changed from 0644 (rw-r--r--) to 0755 (rwxr-xr-x)\nmode of 'a' retained as 0755 (rwxr-xr-x)\nmode of 'a' changed from 0755 (rwxr-xr-x) to 0700 (rwx------)\nownership of 'a' retained as root\nchanged ownership of 'a' from root:root to daemon:bin\ngroup of 'a' retained as bin\n-rwx------. 1 77 88 2 Nov 22 10:05 a\n-rwx------. 1 77 root 2 Nov 22 10:05 a\n"},
		{script: "cd /tmp; mkdir d; echo a > a; for m in 4755 g+s,o+t u+x,g-x,o=u 0 u=rwX,go=r -w a+X go=; do chmod $m a d; ls -ld a d | head -c 10; ls -ld d | head -c 10; echo; done; umask 077; chmod 0 a; chmod +rwx a; ls -l a; mkdir -m u=rwx,go= m; mkdir -m 1777 s; ls -l",
			stdout: "-rwsr-xr-xdrwsr-xr-x\n-rwsr-sr-tdrwsr-sr-t\n-rwsr-Srwxdrwsr-Srwx\n----------d--S--S---\n-rw-r--r--drwsr-Sr--\n-r--r--r--dr-sr-Sr--\n-r--r--r--dr-sr-sr-x\n-r--------dr-s--S---\n-rwx------. 1 root root 2 Nov 22 10:05 a\ntotal 4\n-rwx------. 1 root root    2 Nov 22 10:05 a\ndr-s--S---. 2 root root 4096 Nov 22 10:05 d\ndrwx------. 2 root root 4096 Nov 22 10:05 m\ndrwxrwxrwt. 2 root root 4096 Nov 22 10:05 s\n"},
		{script: "chmod; chmod +x; chmod -x a; chmod 9 a; chmod u+q a; chmod 755 nofile; chown; chown root; chown nouser a; chown root:nogrp a; chown root nofile; chmod 644 /proc/uptime; chmod -Z a; chgrp nogrp a",
			stderr: "chmod: missing operand\nTry 'chmod --help' for more information.\nchmod: missing operand after ‘+x’\nTry 'chmod --help' for more information.\nchmod: cannot access 'a': No such file or directory\nchmod: invalid mode: ‘9’\nTry 'chmod --help' for more information.\nchmod: invalid mode: ‘u+q’\nTry 'chmod --help' for more information.\nchmod: cannot access 'nofile': No such file or directory\nchown: missing operand\nTry 'chown --help' for more information.\nchown: missing operand after ‘root’\nTry 'chown --help' for more information.\nchown: invalid user: ‘nouser’\nchown: invalid group: ‘root:nogrp’\nchown: cannot access 'nofile': No such file or directory\nchmod: cannot access '/proc/uptime': Operation not permitted\nchmod: invalid option -- 'Z'\nTry 'chmod --help' for more information.\nchgrp: invalid group: ‘nogrp’\n", exit: 1},
		{script: "cd /tmp; mkdir -p d/e; echo x > d/e/f; chmod -R u=rwx,go= d; chown -R ec2-user:ec2-user d; ls -lR d; chmod --reference=d/e/f /tmp/d; echo 'echo ran' > s; ./s; chmod +x s; ./s; rm -r d; chmod 700 /usr/bin/cat; ls -l /usr/bin/cat; cat s",
			stdout: "d:\ntotal 0\ndrwx------. 2 ec2-user ec2-user 4096 Nov 22 10:05 e\n\nd/e:\ntotal 4\n-rwx------. 1 ec2-user ec2-user 2 Nov 22 10:05 f\nran\n-rwx------. 1 root root 4 Aug  4  2025 /usr/bin/cat\necho ran\n",
			stderr: "sh: line 1: ./s: Permission denied\n"},
	})
}
