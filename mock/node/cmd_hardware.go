package node

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// rmdir removes empty directories: -p, -v, --ignore-fail-on-non-empty.
func rmdir(c *call) int {
	o, ok := c.options(optionSpec{short: "pv\x01", long: map[string]string{"parents": "p", "verbose": "v", "ignore-fail-on-non-empty": "\x01"}})
	if !ok {
		return o.status
	}
	if len(o.args) == 0 {
		c.usage("missing operand")
		return 1
	}
	status := 0
	for _, name := range o.args {
		for name != "" && name != "/" {
			if err := c.removeDir(name); err != nil {
				if err == errNotEmpty && o.has("\x01") {
					break
				}
				c.errorf("failed to remove %s: %s", shellQuoted(name), strerror(err))
				status = 1
				break
			}
			if o.has("v") {
				c.printf("rmdir: removing directory, %s\n", shellQuoted(name))
			}
			i := strings.LastIndexByte(strings.TrimRight(name, "/"), '/')
			if !o.has("p") || i < 0 {
				break
			}
			name = name[:i]
		}
	}
	return status
}

func (c *call) removeDir(name string) error {
	p := c.place(name, false)
	switch {
	case p.err != nil:
		return p.err
	case !p.f.mode.IsDir():
		return errNotDir
	case len(c.m.files.list(p.real)) > 0:
		return errNotEmpty
	case kernelDir(p.real), isMount(p.real):
		return errBusy
	}
	c.m.files.remove(p.real)
	return nil
}

// refuse is a program that cannot be simulated, because it waits for ever or
// needs a terminal.
func refuse(c *call) int {
	c.errorf("not simulated")
	return 1
}

// silent is a program that has nothing to do and nothing to say here.
func silent(*call) int { return 0 }

// hostnamectl tells of the host, or with set-hostname refuses: the name of a
// machine is its instance's.
func hostnamectl(c *call) int {
	o, ok := c.options(optionSpec{long: map[string]string{"static": "s", "transient": "t", "pretty": "P"}, short: "stP"})
	if !ok {
		return o.status
	}
	cfg := &c.m.cfg
	switch {
	case len(o.args) > 0 && o.args[0] != "status" && (o.args[0] != "hostname" || len(o.args) > 1):
		c.errorf("%s is not simulated", o.args[0])
		return 1
	case o.has("s"), o.has("t"), len(o.args) > 0 && o.args[0] == "hostname":
		c.printf("%s\n", cfg.Hostname)
		return 0
	}
	id := strings.TrimSpace(string(machineID(c.facts())))
	arch := map[string]string{ArchX86: "x86-64", ArchARM: "arm64"}[cfg.Arch]
	for _, row := range [...][2]string{
		{"Static hostname", cfg.Hostname}, {"Icon name", "computer-vm"}, {"Chassis", "vm"}, {"Machine ID", id}, {"Virtualization", "amazon"},
		{"Operating System", cfg.Platform.Name + " " + cfg.Platform.Version}, {"Kernel", "Linux " + cfg.kernelRelease()}, {"Architecture", arch},
		{"Hardware Vendor", "Amazon EC2"},
	} {
		c.printf("%17s: %s\n", row[0], row[1])
	}
	return 0
}

// lscpu lists what is known of the processors: those of /proc/cpuinfo.
func lscpu(c *call) int {
	cfg := &c.m.cfg
	model, vendor := "Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", "GenuineIntel"
	if cfg.Arch == ArchARM {
		model, vendor = "Neoverse-V1", "ARM"
	}
	last := ""
	if cfg.CPUs > 1 {
		last = "-" + itoa(cfg.CPUs-1)
	}
	for _, row := range [...][2]string{
		{"Architecture:", cfg.Arch}, {"CPU(s):", itoa(cfg.CPUs)}, {"On-line CPU(s) list:", "0" + last}, {"Vendor ID:", vendor}, {"Model name:", model},
		{"Thread(s) per core:", "1"}, {"Core(s) per socket:", itoa(cfg.CPUs)}, {"Socket(s):", "1"}, {"Hypervisor vendor:", "KVM"}, {"Virtualization type:", "full"},
	} {
		c.printf("%-32s%s\n", row[0], row[1])
	}
	return 0
}

// lsblk lists the root volume.
func lsblk(c *call) int {
	if len(c.args) > 0 {
		c.errorf("options are not simulated")
		return 1
	}
	c.printf("NAME          MAJ:MIN RM SIZE RO TYPE MOUNTPOINTS\nnvme0n1       259:0    0   8G  0 disk \n" +
		"├─nvme0n1p1   259:1    0   8G  0 part /\n├─nvme0n1p127 259:2    0   1M  0 part \n└─nvme0n1p128 259:3    0  10M  0 part /boot/efi\n")
	return 0
}

// mountProgram lists file systems. It mounts nothing.
func mountProgram(c *call) int {
	if len(c.args) > 0 {
		c.errorf("mounting is not simulated")
		return 1
	}
	options := map[string]string{"xfs": "rw,noatime,seclabel,attr2,inode64,logbufs=8,logbsize=32k,sunit=1024,swidth=1024,noquota"}
	for _, m := range c.mounts() {
		opts := options[m.kind]
		if opts == "" {
			opts = "rw,nosuid,nodev,seclabel"
		}
		c.printf("%s on %s type %s (%s)\n", m.source, m.dir, m.kind, opts)
	}
	return 0
}

// macAddress is made of the private address. assumed: EC2's begin with 02 or 06.
func (c *Config) macAddress() string {
	mac := "02:00"
	for part := range strings.SplitSeq(c.PrivateIP, ".") {
		mac += fmt.Sprintf(":%02x", number(part)&0xff)
	}
	return mac
}

// subnet are the first address and the gateway of the machine's subnet.
// assumed: subnets of 4,096 addresses, as in the default VPC (VPC User Guide,
// "Default VPC components").
func (c *Config) subnet() (first, gateway string) {
	parts := strings.Split(c.PrivateIP, ".")
	if len(parts) != 4 {
		return "0.0.0.0", "0.0.0.0"
	}
	net := parts[0] + "." + parts[1] + "." + itoa(number(parts[2])&^15)
	return net + ".0", net + ".1"
}

// ip shows addresses, links and routes: addr, link, route, each with show, -4, -br
// and a device. It changes nothing.
func ip(c *call) int {
	brief, args := false, []string(nil)
	for _, a := range c.args {
		switch a {
		case "-br", "-brief":
			brief = true
		case "-4", "-o", "show", "list", "s", "sh":
		default:
			args = append(args, a)
		}
	}
	if len(args) == 0 {
		fmt.Fprintln(c.stderr, "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }")
		return 255
	}
	first, gateway := c.m.cfg.subnet()
	switch own := c.m.cfg.PrivateIP; {
	case strings.HasPrefix("route", args[0]) && len(args) == 1:
		c.printf("default via %s dev ens5 proto dhcp src %s metric 512 \n%s/20 dev ens5 proto kernel scope link src %s metric 512 \n%s dev ens5 proto dhcp scope link src %s metric 512 \n", gateway, own, first, own, gateway, own)
	case (strings.HasPrefix("address", args[0]) || args[0] == "link") && (len(args) == 1 || args[len(args)-1] == "ens5"):
		c.showLinks(brief, args[0] != "link", len(args) > 1)
	default:
		fmt.Fprintf(c.stderr, "ip: %s is not simulated\n", strings.Join(args, " "))
		return 1
	}
	return 0
}

// showLinks prints the two interfaces of a machine.
func (c *call) showLinks(brief, addresses, only bool) {
	mac, own := c.m.cfg.macAddress(), c.m.cfg.PrivateIP+"/20"
	if brief {
		detail := [2]string{"127.0.0.1/8 ::1/128", own}
		if !addresses {
			detail = [2]string{"00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>", mac + " <BROADCAST,MULTICAST,UP,LOWER_UP>"}
		}
		if !only {
			c.printf("%-16s %-14s %s \n", "lo", "UNKNOWN", detail[0])
		}
		c.printf("%-16s %-14s %s \n", "ens5", "UP", detail[1])
		return
	}
	if !only {
		c.printf("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n")
		if addresses {
			c.printf("    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n")
		}
	}
	c.printf("2: ens5: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9001 qdisc mq state UP group default qlen 1000\n    link/ether %s brd ff:ff:ff:ff:ff:ff\n", mac)
	if addresses {
		_, gateway := c.m.cfg.subnet()
		broadcast := gateway[:strings.LastIndexByte(gateway, '.')]
		i := strings.LastIndexByte(broadcast, '.')
		third, _ := strconv.Atoi(broadcast[i+1:])
		c.printf("    inet %s metric 512 brd %s.%d.255 scope global dynamic ens5\n       valid_lft 3000sec preferred_lft 3000sec\n", own, broadcast[:i], third+15)
	}
}

// ss lists the sockets that listen: -t, -l, -n, -p, -u, -a.
func ss(c *call) int {
	o, ok := c.options(optionSpec{short: "tlnpua4"})
	if !ok {
		return o.status
	}
	c.printf("%-6s %-6s %-6s %18s %-5s %15s %-5s %s\n", "State", "Recv-Q", "Send-Q", "Local Address:Port", "", "Peer Address:Port", "", "Process")
	u, _ := findUnit("sshd")
	if o.has("u") && !o.has("t") || !c.m.active(u) {
		return 0
	}
	process := ""
	if o.has("p") {
		_, pid := c.m.started(u)
		process = fmt.Sprintf(`users:(("sshd",pid=%d,fd=3))`, pid)
	}
	c.printf("%-6s %-6s %-6s %18s %-5s %15s %-5s %s\n", "LISTEN", "0", "128", "0.0.0.0:22", "", "0.0.0.0:*", "", process)
	return 0
}

// crontab lists nothing, for nobody has one: -l, -u USER. It changes nothing.
func crontab(c *call) int {
	o, ok := c.options(optionSpec{short: "lu:re"})
	if !ok {
		return o.status
	}
	if !o.has("l") {
		c.errorf("only -l is simulated")
		return 1
	}
	name := c.user.name
	if u, given := o.set["u"]; given {
		name = u
	}
	fmt.Fprintf(c.stderr, "no crontab for %s\n", name)
	return 1
}

// pgrep lists processes by their name: -f, -l, -x, -c.
func pgrep(c *call) int {
	o, ok := c.options(optionSpec{short: "flxca", status: 2})
	if !ok {
		return o.status
	}
	found, ok := c.matching(o)
	if !ok {
		return 2
	}
	for _, p := range found {
		switch {
		case o.has("c"):
		case o.has("a"):
			c.printf("%d %s\n", p.pid, p.command)
		case o.has("l"):
			c.printf("%d %s\n", p.pid, p.short)
		default:
			c.printf("%d\n", p.pid)
		}
	}
	if o.has("c") {
		c.printf("%d\n", len(found))
	}
	return map[bool]int{true: 0, false: 1}[len(found) > 0]
}

// matching are the processes whose name matches the one operand.
func (c *call) matching(o options) (out []processRow, ok bool) {
	if len(o.args) != 1 {
		c.errorf("no matching criteria specified")
		c.usageHint()
		return nil, false
	}
	pattern := o.args[0]
	if o.has("x") {
		pattern = "^(" + pattern + ")$"
	}
	re, err := compileRegex(pattern, regexFlavour{extended: true})
	if err != nil {
		c.errorf("%v", err)
		return nil, false
	}
	for _, p := range c.processes() {
		text := p.short
		if o.has("f") {
			text = p.command
		}
		if p.short != "ps" && re.MatchString(text) {
			out = append(out, p)
		}
	}
	return out, true
}

// pkill would end processes. Services are systemctl's; nothing else runs.
func pkill(c *call) int {
	o, ok := c.options(optionSpec{short: "fxs:9", long: map[string]string{"signal": "s"}, status: 2})
	if !ok {
		return o.status
	}
	found, ok := c.matching(o)
	switch {
	case !ok:
		return 2
	case len(found) > 0:
		c.errorf("ending processes of services is not simulated")
		return 1
	}
	return 1
}

// users of the machine that are logged in: none ever are.
func who(*call) int { return 0 }

// w prints what uptime prints, and that nobody is logged in.
func w(c *call) int {
	uptime(&call{process: c.process, name: "uptime", stdout: c.stdout, stderr: c.stderr, env: c.env})
	io.WriteString(c.stdout, "USER     TTY      FROM             LOGIN@   IDLE   JCPU   PCPU WHAT\n")
	return 0
}

// lastProgram prints the last boot.
func lastProgram(c *call) int {
	kernel := c.m.cfg.kernelRelease()
	c.printf("reboot   system boot  %-16s %s   still running\n\nwtmp begins %s\n", kernel[:min(16, len(kernel))],
		c.m.boot.UTC().Format("Mon Jan _2 15:04"), c.m.boot.UTC().Format("Mon Jan _2 15:04:05 2006"))
	return 0
}
