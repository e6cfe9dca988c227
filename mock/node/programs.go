package node

// A program is a command of the machine: it returns its exit status.
type program func(*call) int

// namedProgram is what the file of a program runs.
type namedProgram struct {
	name string
	run  program
}

// programs are the programs of the image, all in /usr/bin. Programs that start
// others find them through the machine's files, so that this table, which is
// made of programs, is needed by nobody but the image.
var programs = map[string]program{
	"[":          test,
	"awk":        awkProgram,
	"basename":   basename,
	"bash":       shellProgram,
	"cat":        cat,
	"chgrp":      chgrp,
	"chmod":      chmod,
	"chown":      chown,
	"cloud-init": cloudInitProgram,
	"cp":         cp,
	"curl":       curl,
	"cut":        cutProgram,
	"date":       date,
	"df":         df,
	"dirname":    dirname,
	"echo":       echo,
	"egrep":      grep,
	"env":        env,
	"false":      func(*call) int { return 1 },
	"fgrep":      grep,
	"find":       find,
	"free":       free,
	"gawk":       awkProgram,
	"grep":       grep,
	"halt":       reboot,
	"head":       head,
	"hostname":   hostname,
	"id":         id,
	"init":       initProgram,
	"journalctl": journalctl,
	"ln":         ln,
	"ls":         ls,
	"mkdir":      mkdir,
	"mv":         mv,
	"nproc":      nproc,
	"nohup":      nohup,
	"poweroff":   reboot,
	"printf":     printf,
	"ps":         ps,
	"pwd":        pwd,
	"readlink":   readlink,
	"realpath":   realpath,
	"reboot":     reboot,
	"rm":         rm,
	"sed":        sed,
	"seq":        seq,
	"sh":         shellProgram,
	"shutdown":   shutdown,
	"sleep":      sleep,
	"sort":       sort,
	"systemctl":  systemctl,
	"tail":       tail,
	"tee":        tee,
	"test":       test,
	"touch":      touch,
	"tr":         tr,
	"true":       func(*call) int { return 0 },
	"uname":      uname,
	"uniq":       uniq,
	"uptime":     uptime,
	"wc":         wc,
	"wget":       wget,
	"whoami":     whoami,
	"xargs":      xargs,
	"yes":        yes,
}
