package node_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/node"
)

func windowsMachine(t *testing.T) *node.Machine {
	t.Helper()
	platform, ok := node.PlatformNamed("windows-2022")
	if !ok || !platform.Windows() {
		t.Fatalf("platform %+v", platform)
	}
	return node.New(node.Config{InstanceID: "i-0123456789abcdef0", Region: "eu-west-1", Platform: platform, BootTime: at(0)})
}

// at is a time of the test's machine.
func at(d time.Duration) time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(d) }

func TestPowerShell(t *testing.T) {
	for _, tt := range []struct {
		name, script   string
		stdout, stderr string // each with plain line ends; stderr: how it begins
		code           int
	}{
		{"texts", "'it''s'\n\"a`tb\"; Write-Output one two", "it's\na\tb\none\ntwo\n", "", 0},
		{"variables", "$x = 'a b'; $y=\"<$x>\"\nWrite-Host $y $x\n# nothing\n$none", "<a b> a b\n", "", 0},
		{"the environment", "$env:AWS_SSM_INSTANCE_ID\n$env:X='1'\n\"$($env:X)2\"", "i-0123456789abcdef0\n12\n", "", 0},
		{"exit", "Write-Output a; exit 3; Write-Output b", "a\n", "", 3},
		{"names of the machine", "hostname; whoami; (Get-ComputerInfo -Property OsVersion).OsVersion", "EC2AMAZ-ABCDEF0\nnt authority\\system\n10.0.20348\n", "", 0},
		{"a date", "Get-Date -Format 'yyyy-MM-dd HH:mm:ss'; Start-Sleep -Seconds 5; (Get-Date).Second", "2000-01-01 00:01:00\n5\n", "", 0},
		{"a service", "Get-Service -Name amazonssmagent\n(Get-Service spooler).Status", "\nStatus   Name               DisplayName                            \n------   ----               -----------                            \nRunning  AmazonSSMAgent     Amazon SSM Agent                       \n\n\nRunning\n", "", 0},
		{"a service that is not there", "Get-Service none\nWrite-Output on", "on\n", "Get-Service : Cannot find any service with service name 'none'.\nAt C:\\ProgramData\\Amazon\\SSM\\InstanceData\\i-0123456789abcdef0\\document\\orchestration\\c\\s\\_script.ps1:1 char:1\n+ Get-Service none\n+ ~~~~~~~~~~~~~~~~\n", 0},
		{"errors that stop", "$ErrorActionPreference = 'Stop'\nGet-Service none\nWrite-Output on", "", "Get-Service : Cannot find", 1},
		{"throw", "throw 'bad'; echo on", "", "bad\nAt C:", 1},
		{"the version", "$PSVersionTable.PSEdition", "Desktop\n", "", 0},
		{"files and if", "if (-not (Test-Path C:\\a.txt)) { Set-Content -Path C:\\a.txt -Value 'x y' } else { exit 9 }\nif ((Get-Content c:\\A.TXT) -eq 'X Y') { 'same' }", "same\n", "", 0},
		{"a pipe", "Get-Service winrm | Select-Object -ExpandProperty Status; Get-Date | Out-Null", "Running\n", "", 0},
		{"a command that is not simulated", "Write-Output a\nGet-Process", "a\n", "muster's mock: not simulated on Windows machines: the command Get-Process", 1},
		{"a language that is not simulated", "Write-Output a\nforeach ($i in 1..3) { $i }", "", "muster's mock: not simulated", 1},
		{"methods", "'a'\n(Get-Date).AddDays(1)", "", "muster's mock: not simulated on Windows machines: methods", 1},
		{"a string that doubles", "$x = 'abcdefgh'\n" + strings.Repeat("$x = \"$x$x\"\n", 40), "", "muster's mock: not simulated on Windows machines: a string of more than", 1},
		{"an open string", "'a", "", "muster's mock: not simulated on Windows machines: a string without its closing quote", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := windowsMachine(t)
			r := m.RunPowerShell(node.Script{ID: "c", Step: "s", Text: tt.script, Start: at(time.Minute)})
			stdout, stderr := r.Output()
			stdout, stderr = strings.ReplaceAll(stdout, "\r\n", "\n"), strings.ReplaceAll(stderr, "\r\n", "\n")
			if diff := cmp.Diff(tt.stdout, stdout); diff != "" || r.ExitCode != tt.code || !strings.HasPrefix(stderr, tt.stderr) || tt.stderr == "" && stderr != "" {
				t.Errorf("exit %d, stderr %q, stdout:\n%s", r.ExitCode, stderr, diff)
			}
		})
	}
}

func TestPowerShellIsKilledAtItsTimeoutAndShutsDown(t *testing.T) {
	m := windowsMachine(t)
	r := m.RunPowerShell(node.Script{Text: "'begun'; Start-Sleep 60; 'never'", Start: at(0), Timeout: 10 * time.Second})
	if out, _ := r.Output(); !r.TimedOut || out != "begun\r\n" || r.Duration != 10*time.Second {
		t.Errorf("%+v", r)
	}
	r = m.RunPowerShell(node.Script{Text: "Start-Sleep 5; Restart-Computer -Force", Start: at(0)})
	if r.Shutdown == nil || !r.Shutdown.Reboot || r.Shutdown.After != 5*time.Second {
		t.Errorf("%+v", r.Shutdown)
	}
}

func FuzzPowerShell(f *testing.F) {
	for _, s := range []string{"if (Test-Path C:\\x) { exit 1 } else { 'a' }", "$x = \"$(Get-Date)\"; $x.Year | Out-Null", "((((", "$($($(", "'", "\"`", "a | | b", "$env:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		platform, _ := node.PlatformNamed("windows-2022")
		m := node.New(node.Config{InstanceID: "i-0123456789abcdef0", Platform: platform, BootTime: at(0)})
		r := m.RunPowerShell(node.Script{Text: script, Start: at(0), Timeout: time.Hour})
		if r.Duration > time.Hour {
			t.Errorf("it ran for %s", r.Duration)
		}
	})
}
