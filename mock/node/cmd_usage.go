package node

import (
	"fmt"
	"strings"
	"time"
)

// free prints how much memory there is, from the figures of /proc/meminfo: -b,
// -k, -m, -g, -h and -w not.
func free(c *call) int {
	o, ok := c.options(optionSpec{short: "bkmgh", long: map[string]string{"bytes": "b", "kibi": "k", "mebi": "m", "gibi": "g", "human": "h"}})
	if !ok {
		return o.status
	}
	total := memTotalKB(c.m.cfg.MemoryMiB)
	idle, available, cached := total*6/10, total*8/10, total*2/10
	show := func(kB int) string {
		switch o.last("bkmgh") {
		case "b":
			return itoa(kB * 1024)
		case "m":
			return itoa(kB / 1024)
		case "g":
			return itoa(kB / 1024 / 1024)
		case "h":
			return humanKB(kB, true)
		}
		return itoa(kB)
	}
	c.printf("%20s%12s%12s%12s%12s%12s\n", "total", "used", "free", "shared", "buff/cache", "available")
	c.printf("Mem:%s%s%s%s%s%s\n", column(show(total), 16), column(show(total-idle-cached), 12), column(show(idle), 12),
		column(show(428), 12), column(show(cached), 12), column(show(available), 12))
	c.printf("Swap:%s%s%s\n", column(show(0), 15), column(show(0), 12), column(show(0), 12))
	return 0
}

func column(s string, width int) string { return strings.Repeat(" ", max(1, width-len(s))) + s }

// memTotalKB is the memory that the kernel reports. assumed: it keeps 1/25 for
// itself.
func memTotalKB(miB int) int { return miB * 1024 * 24 / 25 }

// humanKB is a size with a unit: free's (Mi, rounded to nothing) or df's (M,
// rounded up).
func humanKB(kB int, binary bool) string {
	units, n := "KMGTP", float64(kB)
	i := 0
	for n >= 1024 && i < len(units)-1 {
		n, i = n/1024, i+1
	}
	suffix := units[i : i+1]
	switch {
	case kB == 0 && binary:
		return "0B"
	case kB == 0:
		return "0"
	case binary:
		suffix += "i"
	default:
		n = ceilTenth(n)
	}
	if n < 9.95 {
		return fmt.Sprintf("%.1f%s", n, suffix)
	}
	return fmt.Sprintf("%.0f%s", n, suffix)
}

// ceilTenth rounds up as df does: to a tenth below ten, else to a whole.
func ceilTenth(n float64) float64 {
	unit := 1.0
	if n < 10 {
		unit = 0.1
	}
	if whole := float64(int(n/unit)) * unit; whole < n-1e-9 {
		return whole + unit
	}
	return n
}

// mount is a file system as df shows it, in KiB.
type mount struct {
	source, kind, dir string
	size, used        int
}

// mounts are the file systems of an Amazon Linux 2023 instance. assumed: a root
// volume of 8 GiB of which the image takes 1.6, the default of its AMI.
func (c *call) mounts() []mount {
	memory := memTotalKB(c.m.cfg.MemoryMiB)
	return []mount{
		{"devtmpfs", "devtmpfs", "/dev", 4096, 0},
		{"tmpfs", "tmpfs", "/dev/shm", memory / 2, 0},
		{"tmpfs", "tmpfs", "/run", memory / 5, 428},
		{"/dev/nvme0n1p1", "xfs", "/", 8310764, 1677722 + int(c.m.files.used/1024)},
		{"tmpfs", "tmpfs", "/tmp", memory / 2, 0},
	}
}

// df prints how much space file systems have: -h, -k, -T, and only those of the
// named files.
func df(c *call) int {
	o, ok := c.options(optionSpec{short: "hkTP", long: map[string]string{"human-readable": "h", "print-type": "T", "portability": "P"}})
	if !ok {
		return o.status
	}
	mounts, status := c.mounts(), 0
	if len(o.args) > 0 {
		mounts, status = c.mountsOf(o.args)
		if len(mounts) == 0 {
			return status
		}
	}
	head := []string{"Filesystem", "Type", "1K-blocks", "Used", "Available", "Use%", "Mounted on"}
	if o.has("h") {
		head[2], head[4] = "Size", "Avail"
	}
	rows := [][]string{head}
	for _, m := range mounts {
		show := itoa
		if o.has("h") {
			show = func(kB int) string { return humanKB(kB, false) }
		}
		percent := (m.used*100 + m.size - 1) / m.size
		rows = append(rows, []string{m.source, m.kind, show(m.size), show(m.used), show(m.size - m.used), itoa(percent) + "%", m.dir})
	}
	var width [7]int
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], len(cell))
		}
	}
	width[0] = max(width[0], 14)
	if o.has("h") {
		width[2], width[3], width[4] = max(width[2], 5), max(width[3], 5), max(width[4], 5)
	}
	for _, r := range rows {
		kind := ""
		if o.has("T") {
			kind = fmt.Sprintf(" %-*s", width[1], r[1])
		}
		c.printf("%-*s%s %*s %*s %*s %*s %s\n", width[0], r[0], kind, width[2], r[2], width[3], r[3], width[4], r[4], width[5], r[5], r[6])
	}
	return status
}

// mountsOf are the file systems that files lie on.
func (c *call) mountsOf(names []string) (out []mount, status int) {
	for _, name := range names {
		real, _, err := c.m.files.resolve(c.path(name), true)
		if err != nil {
			c.errorf("%s: %s", name, strerror(err))
			status = 1
			continue
		}
		var best mount
		for _, m := range c.mounts() {
			if (real == m.dir || strings.HasPrefix(real, strings.TrimSuffix(m.dir, "/")+"/")) && len(m.dir) >= len(best.dir) {
				best = m
			}
		}
		out = append(out, best)
	}
	return out, status
}

// ps lists processes: those of the script's own session by default, all of them
// with aux, -e, -A, -ef and -aux. What else the real one takes is refused.
func ps(c *call) int {
	style := strings.Join(c.args, " ")
	rows := c.processes()
	switch style {
	case "aux", "-aux", "auxww", "aux --no-headers":
		if !strings.HasSuffix(style, "no-headers") {
			c.printf("USER         PID %%CPU %%MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n")
		}
		for _, p := range rows {
			share := float64(p.rss) * 100 / float64(memTotalKB(c.m.cfg.MemoryMiB))
			c.printf("root     %7d  0.0 %4.1f %6d %5d ?        %-4s %s   0:00 %s\n", p.pid, share, p.rss*4, p.rss, "Ss", c.startedText(p.at), p.command)
		}
	case "-ef":
		c.printf("UID          PID    PPID  C STIME TTY          TIME CMD\n")
		for _, p := range rows {
			c.printf("root     %7d %7d  0 %s ?        00:00:00 %s\n", p.pid, p.parent, c.startedText(p.at), p.command)
		}
	case "", "-e", "-A":
		c.printf("    PID TTY          TIME CMD\n")
		for _, p := range rows {
			if style != "" || p.pid >= c.process.pid {
				c.printf("%7d ?        00:00:00 %s\n", p.pid, p.short)
			}
		}
	default:
		c.errorf("the options %s are not simulated", quoted(style))
		return 1
	}
	return 0
}

// processRow is one process as ps shows it; rss is in KiB.
type processRow struct {
	pid, parent, rss int
	at               time.Time
	command, short   string
}

// processes are systemd, the services that run, and the script.
func (c *call) processes() []processRow {
	rows := []processRow{{1, 0, 16800, c.m.boot, "/usr/lib/systemd/systemd --switched-root --system --deserialize=32", "systemd"}}
	for _, u := range units {
		if at, pid := c.m.started(u); c.m.active(u) && u.process != "" {
			rows = append(rows, processRow{pid, 1, u.rssKB, at, u.process, u.name[:min(15, len(u.name))]})
		}
	}
	start := c.script.Start
	return append(rows,
		processRow{c.ppid, 1, 27000, start, "/usr/bin/ssm-document-worker", "ssm-document-wo"},
		processRow{c.process.pid, c.ppid, 3200, start, "sh -c " + c.script.path(c.m.cfg.InstanceID), "sh"},
		processRow{c.process.pid + 1, c.process.pid, 3000, c.time(), strings.TrimSpace("ps " + strings.Join(c.args, " ")), "ps"})
}

// startedText is when a process began: the time within a day, else the date.
func (c *call) startedText(at time.Time) string {
	if c.time().Sub(at) < 24*time.Hour {
		return at.UTC().Format("15:04")
	}
	return at.UTC().Format("Jan02")
}
