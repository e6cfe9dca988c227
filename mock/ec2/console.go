package ec2

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/musterhq/muster/mock/world"
)

// The console of an instance: what it prints when it starts and stops.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/troubleshoot-unreachable-instance.html#instance-console-console-output

// consoleBytes is how much of the output is kept, the latest of it.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
const consoleBytes = 64 << 10

// consoleDelay is the time from a boot, reboot or stop to its output being posted; Latest
// does not wait for it. assumed: the figure; the page says "shortly after".
const consoleDelay = 2 * time.Minute

// consoleMarks is how many starts and stops an instance's console remembers.
const consoleMarks = 40

// consoleMark is something that the console shows.
type consoleMark struct {
	At   time.Time `json:"at"`
	What string    `json:"what"` // boot, restart, resume, off or hibernate
}

func (i *instance) mark(at time.Time, what string) {
	i.Console = append(i.Console, consoleMark{at, what})
	if n := len(i.Console) - consoleMarks; n > 0 {
		i.Console = i.Console[n:]
	}
}

// consoleState notes what an instance prints when its state changes.
func (s *Service) consoleState(sc world.Scope, c world.StateChange) {
	i := s.in(sc).Instances.get(c.InstanceID)
	if i == nil {
		return
	}
	at := s.world.Now()
	switch {
	case c.Seeded:
		i.mark(i.Launched, "boot")
	case c.State == string(running) && c.Memory:
		i.mark(at, "resume")
	case c.State == string(running):
		i.mark(at, "boot")
	case (c.State == string(stopping) || c.State == string(shuttingDown)) && i.RanOnce && c.Memory:
		i.mark(at, "hibernate")
	case (c.State == string(stopping) || c.State == string(shuttingDown)) && i.RanOnce:
		i.mark(at, "off")
	}
}

func (s *Service) consoleReboot(sc world.Scope, c world.StateChange) {
	if i := s.in(sc).Instances.get(c.InstanceID); i != nil {
		i.mark(s.world.Now(), "restart")
		i.mark(s.world.Now(), "boot")
	}
}

// GetConsoleOutput shows what an instance printed: what was posted, or with Latest all.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html
func (s *Service) GetConsoleOutput(ctx context.Context, in *ec2api.GetConsoleOutputInput) (*ec2api.GetConsoleOutputOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.instanceNamed(in.InstanceId)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	out := &ec2api.GetConsoleOutputOutput{InstanceId: new(i.ID), Timestamp: new(s.world.Now().Truncate(time.Second))}
	posted := s.world.Now()
	if !isSet(in.Latest) {
		posted = posted.Add(-s.world.Delay(consoleDelay))
	}
	var text strings.Builder
	for _, m := range i.Console {
		if m.At.After(posted) {
			break
		}
		out.Timestamp = new(m.At.Add(s.world.Delay(consoleDelay)).Truncate(time.Second))
		i.print(&text, m)
	}
	if text.Len() > 0 {
		kept := text.String()
		kept = kept[max(0, len(kept)-consoleBytes):]
		out.Output = new(base64.StdEncoding.EncodeToString([]byte(kept)))
	}
	return out, nil
}

// print writes what the console shows of a mark, with the line ends of a serial port.
func (i *instance) print(b *strings.Builder, m consoleMark) {
	lines := i.bootLines(m.At)
	switch {
	case i.windows() && (m.What == "boot" || m.What == "resume"):
		lines = []string{m.At.UTC().Format("2006/01/02 15:04:05Z") + ": Windows is Ready to use"}
	case i.windows():
		return
	case m.What == "restart":
		lines = []string{"[  OK  ] Reached target shutdown.target - System Shutdown.", "reboot: Restarting system"}
	case m.What == "off":
		lines = []string{"[  OK  ] Reached target shutdown.target - System Shutdown.", "reboot: Power down"}
	case m.What == "hibernate":
		lines = []string{"PM: hibernation: hibernation entry", "PM: hibernation: Creating image:"}
	case m.What == "resume":
		lines = []string{"PM: hibernation: resume from hibernation", "PM: hibernation: hibernation exit"}
	}
	for _, line := range lines {
		b.WriteString(line + "\r\n")
	}
}

// consoleSystem is what a platform says of itself while it boots: its kernel and its name.
// assumed: the versions; they are those of one release of each.
var consoleSystem = map[string][2]string{
	"amazon-linux-2023": {"6.1.158-178.288.amzn2023", "Amazon Linux 2023"},
	"amazon-linux-2":    {"5.10.245-241.978.amzn2", "Amazon Linux 2"},
	"ubuntu-22.04":      {"6.8.0-1040-aws", "Ubuntu 22.04.5 LTS"},
	"ubuntu-24.04":      {"6.14.0-1015-aws", "Ubuntu 24.04.3 LTS"},
	"debian-12":         {"6.1.0-40-cloud", "Debian GNU/Linux 12"},
	"rhel-9":            {"5.14.0-570.el9", "Red Hat Enterprise Linux 9.6 (Plow)"},
}

// bootLines are the lines of a boot that people look for: the kernel, the disk, the network,
// cloud-init's keys and the login. assumed: their texts, after what such systems print.
func (i *instance) bootLines(at time.Time) []string {
	system := consoleSystem[i.Platform]
	arch := "x86_64"
	if i.Arch == "arm64" {
		arch = "aarch64"
	}
	f, _ := typeNamed(i.Type)
	host := "ip-" + strings.ReplaceAll(i.PrivateIP.String(), ".", "-")
	return []string{
		fmt.Sprintf("[    0.000000] Linux version %s.%s (mockbuild@localhost) #1 SMP", system[0], arch),
		"[    0.000000] Command line: root=UUID=" + hashID("", i.ID)[2:] + " ro console=tty0 console=ttyS0,115200n8 nvme_core.io_timeout=4294967295",
		"[    0.000000] DMI: Amazon EC2 " + i.Type + "/, BIOS 1.0 10/16/2017",
		fmt.Sprintf("[    0.034417] Memory: %dK/%dK available", f.memoryMiB*1024*96/100, f.memoryMiB*1024),
		fmt.Sprintf("[    0.112034] smp: Brought up 1 node, %d CPUs", i.vcpus(f)),
		"[    1.204511] nvme nvme0: pci function 0000:00:04.0",
		"[    1.731088] ena 0000:00:05.0: Elastic Network Adapter (ENA) found",
		"[    2.310427] systemd[1]: Detected virtualization amazon.",
		"Welcome to " + system[1] + "!",
		"[  OK  ] Reached target network-online.target - Network is Online.",
		"[   11.482011] cloud-init[1629]: Cloud-init running 'modules:final' at " + at.UTC().Add(11*time.Second).Format(time.RFC1123Z) + ". Up 11.45 seconds.",
		"",
		system[1],
		"Kernel " + system[0] + "." + arch + " on an " + arch + " (-)",
		"",
		host + " login: ",
	}
}
