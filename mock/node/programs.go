package node

// programNames are the programs of the image, in /usr/bin. The image knows only
// their names, programNamed what they do.
var programNames = [...]string{
	"[", "basename", "bash", "cat", "chgrp", "chmod", "chown", "cp", "cut", "date", "df", "dirname", "dnf",
	"echo", "egrep", "env", "false", "fgrep", "find", "free", "grep", "head", "hostname", "id", "journalctl",
	"ln", "ls", "mkdir", "mv", "nproc", "printf", "ps", "pwd", "readlink", "realpath", "rm", "rpm", "sed", "seq",
	"sh", "sleep", "sort", "systemctl", "tail", "tee", "test", "touch", "tr", "true", "uname", "uniq", "uptime",
	"wc", "whoami", "xargs", "yes", "yum",
}

// programNamed is the table of programs.
func programNamed(name string) program {
	switch name {
	case "[", "test":
		return test
	case "basename":
		return basename
	case "bash", "sh":
		return shellProgram
	case "cat":
		return cat
	case "chgrp":
		return chgrp
	case "chmod":
		return chmod
	case "chown":
		return chown
	case "cp":
		return cp
	case "cut":
		return cutProgram
	case "date":
		return date
	case "df":
		return df
	case "dirname":
		return dirname
	case "dnf", "yum":
		return dnf
	case "echo":
		return echo
	case "egrep", "fgrep", "grep":
		return grep
	case "env":
		return env
	case "false":
		return func(*call) int { return 1 }
	case "find":
		return find
	case "free":
		return free
	case "head":
		return head
	case "hostname":
		return hostname
	case "id":
		return id
	case "journalctl":
		return journalctl
	case "ln":
		return ln
	case "ls":
		return ls
	case "mkdir":
		return mkdir
	case "mv":
		return mv
	case "nproc":
		return nproc
	case "printf":
		return printf
	case "ps":
		return ps
	case "pwd":
		return pwd
	case "readlink":
		return readlink
	case "realpath":
		return realpath
	case "rm":
		return rm
	case "rpm":
		return rpm
	case "sed":
		return sed
	case "seq":
		return seq
	case "sleep":
		return sleep
	case "sort":
		return sort
	case "systemctl":
		return systemctl
	case "tail":
		return tail
	case "tee":
		return tee
	case "touch":
		return touch
	case "tr":
		return tr
	case "true":
		return func(*call) int { return 0 }
	case "uname":
		return uname
	case "uniq":
		return uniq
	case "uptime":
		return uptime
	case "wc":
		return wc
	case "whoami":
		return whoami
	case "xargs":
		return xargs
	case "yes":
		return yes
	}
	return nil
}
