package node

import (
	"strings"
	"testing"
)

func TestFind(t *testing.T) {
	check(t, []scriptCase{
		{script: `cd /tmp; mkdir w; cd w; mkdir -p a/b/c a/.h e; echo x > a/f.txt; echo yy > a/b/G.TXT; ln -s f.txt a/l; : > a/b/empty; head -c 2000 /dev/zero > a/big; chmod 600 a/f.txt; chmod 755 a/big; find a | sort; find a -name '*.txt'; find a -iname '*.txt' | sort; find . -type d | sort; find a -type l; find a -maxdepth 1 | sort; find a -mindepth 2 | sort; find a -size +1k; find a -size -2c -type f; find a -size 2000c; find a -empty | sort; find a -perm 600; find a -perm -111 -type f; find a -perm /u+x -type f; find a -name f.txt -o -name big | sort; find a \( -name f.txt -o -name big \) -type f -print | sort; find a ! -type d | sort; find a -path '*/b/*' | sort; find a -path a/b -prune -o -type f -print | sort; find a -newer nofile; find a -mtime -1 -type l; find a -mtime +1; find a -user root -name big; find a -exec echo {} \; | sort; find a -type f -exec grep -l y {} +; find a -name big -exec echo x{}y z \; ; find a -type f -print0 | xargs -0 ls -d | sort; find a -name big -quit; find a -type f,l | sort; find a/ -name 'f*'; find -name big; find / -maxdepth 0; find / -name os-release; find /var/log -exec sh -c 'echo $0' {} \; ; find / -printf x; find /proc/uptime -delete; find /run -maxdepth 0 -delete; find a -name b -exec false \; -print; find a e -maxdepth 0; find a -name 'f.txt' -delete; find a/b -delete; find a | sort; find a -depth -name '[abf]*' | head -1; find nofile e; echo $?; find a -maxdepth 0 -exec false {} +; echo $?; find '' ; find a -mmin -5 -name big; find a -false -o -name big; find a -not -name 'b*' | sort; find a -name big -a -size +0`,
			stdout: "a\na/.h\na/b\na/b/G.TXT\na/b/c\na/b/empty\na/big\na/f.txt\na/l\na/f.txt\na/b/G.TXT\na/f.txt\n.\n./a\n./a/.h\n./a/b\n./a/b/c\n./e\na/l\na\na/.h\na/b\na/big\na/f.txt\na/l\na/b/G.TXT\na/b/c\na/b/empty\na\na/.h\na/b\na/b/c\na/big\na/b/empty\na/big\na/.h\na/b/c\na/b/empty\na/f.txt\na/big\na/big\na/big\na/f.txt\na/big\na/f.txt\na/b/G.TXT\na/b/empty\na/big\na/f.txt\na/l\na/b/G.TXT\na/b/c\na/b/empty\na/big\na/f.txt\na/l\na/big\na\na/.h\na/b\na/b/G.TXT\na/b/c\na/b/empty\na/big\na/f.txt\na/l\na/b/G.TXT\nxa/bigy z\na/b/G.TXT\na/b/empty\na/big\na/f.txt\na/b/G.TXT\na/b/empty\na/big\na/f.txt\na/l\na/f.txt\n./a/big\n/\n/etc/os-release\n/usr/lib/os-release\n/var/log\n/var/log/amazon\n/var/log/amazon/ssm\na\ne\na\na/.h\na/big\na/l\na/big\ne\n1\n1\na/big\na/big\na\na/.h\na/l\na/big\n",
			stderr: "find: ‘nofile’: No such file or directory\nfind: -printf is not simulated\nfind: cannot delete ‘/proc/uptime’: Permission denied\nfind: cannot delete ‘/run’: Device or resource busy\nfind: ‘nofile’: No such file or directory\nfind: ‘’: No such file or directory\n"},
		{script: `cd /tmp; mkdir -p a/b/c a/.h e; x() { find a "$@"; echo $?; }; x -foo; x -name; x -type q; x -type; x -maxdepth x; x -maxdepth; x -size x;x -size 5x; x -mtime x; x -perm 9;x -exec echo; x -exec; x -exec ';'; x '(' -name x; x -name x ')'; x -name x -o; x '!'; x -o -name x; x '(' ')'; x -name x y; x -exec echo {} x +; x -type fd; x -perm -u+q; x -user nouser; x -group nogrp; x -name big -exec nofoo {} ';'`,
			stdout: "1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n0\n",
			stderr: "find: unknown predicate `-foo'\nfind: missing argument to `-name'\nfind: Unknown argument to -type: q\nfind: missing argument to `-type'\nfind: Expected a positive decimal integer argument to -maxdepth, but got ‘x’\nfind: missing argument to `-maxdepth'\nfind: invalid -size type `x'\nfind: invalid -size type `x'\nfind: invalid argument `x' to `-mtime'\nfind: invalid mode ‘9’\nfind: missing argument to `-exec'\nfind: missing argument to `-exec'\nfind: invalid argument `;' to `-exec'\nfind: invalid expression; I was expecting to find a ')' somewhere but did not see one.\nfind: you have too many ')'\nfind: expected an expression after '-o'\nfind: expected an expression after '!'\nfind: invalid expression; you have used a binary operator '-o' with nothing before it.\nfind: invalid expression; empty parentheses are not allowed.\nfind: paths must precede expression: `y'\nfind: missing argument to `-exec'\nfind: Must separate multiple arguments to -type using: ','\nfind: invalid mode ‘-u+q’\nfind: ‘nouser’ is not the name of a known user\nfind: ‘nogrp’ is not the name of an existing group\n"},
	})
}

// FuzzFind checks that any expression is read without harm, and that what it
// does stays on the machine.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{
		"/etc -name *.d -o ( -type f -size +1k ) -print0", "! -newer /etc/passwd -perm -u=r -mtime -3", ". -exec echo {} + -delete",
		"-name [ -maxdepth 1 -exec ls {} ;", ") (", "-o", "/ -depth -prune -quit -empty -type f,d -user 0 -group root -path /e*",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := newMachine().newProcess(t.Context(), Script{Start: startTime, Limits: Limits{Steps: 2000}})
		defer p.close()
		c := p.agentCall()
		c.name, c.args = "find", strings.Fields(text)
		find(c)
	})
}
