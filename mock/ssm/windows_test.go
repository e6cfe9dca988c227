package ssm_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func windows(n int) mock.Group {
	return mock.Group{Count: n, Platform: "windows-2022", Tags: map[string]string{"os": "any"}}
}

func powerShell(in *ssmapi.SendCommandInput) { in.DocumentName = new("AWS-RunPowerShellScript") }

func TestWindowsNodeSaysWhatItIs(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, windows(1), mock.Group{Count: 1})
	out, err := r.ssm.DescribeInstanceInformation(t.Context(), &ssmapi.DescribeInstanceInformationInput{
		Filters: []types.InstanceInformationStringFilter{{Key: new("PlatformTypes"), Values: []string{"Windows"}}}})
	if err != nil || len(out.InstanceInformationList) != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	n := out.InstanceInformationList[0]
	if *n.InstanceId != r.ids[0] || n.PlatformType != types.PlatformTypeWindows || *n.PlatformName != "Microsoft Windows Server 2022 Datacenter" || !strings.HasPrefix(*n.ComputerName, "EC2AMAZ-") {
		t.Errorf("%+v", n)
	}
}

func TestWindowsRunsPowerShell(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, windows(1))
	id := r.send("\"on $env:COMPUTERNAME\"; exit 4", powerShell)
	got := r.get(id, r.ids[0])
	if got.ResponseCode != 4 || !strings.HasPrefix(*got.StandardOutputContent, "on EC2AMAZ-") || *got.PluginName != "aws:runPowerShellScript" || *got.StandardErrorContent != "failed to run commands: exit status 4" {
		t.Errorf("%d %q %q", got.ResponseCode, *got.StandardOutputContent, *got.StandardErrorContent)
	}
	id = r.send("Get-HotFix", powerShell)
	if got := r.get(id, r.ids[0]); got.Status != types.CommandInvocationStatusFailed || !strings.Contains(*got.StandardErrorContent, "not simulated on Windows machines: the command Get-HotFix") {
		t.Errorf("%s %q", got.Status, *got.StandardErrorContent)
	}
}

func TestExitCode3010RebootsWindows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, windows(1))
		id := r.send(`if (Test-Path C:\done) { 'after' } else { 'before'; Set-Content C:\done 1; exit 3010 }`, powerShell)
		time.Sleep(30 * time.Second)
		r.wantPing(types.PingStatusConnectionLost)
		time.Sleep(3 * time.Minute)
		if got := r.get(id, r.ids[0]); got.Status != types.CommandInvocationStatusSuccess || *got.StandardOutputContent != "before\r\nafter\r\n" {
			t.Errorf("%s %q", got.Status, *got.StandardOutputContent)
		}
	})
}

func TestShellOnWindowsIsRefusedByIDAndPassedByTag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, world.Settings{}, windows(1), mock.Group{Count: 2, Tags: map[string]string{"os": "any"}})
		_, err := r.ssm.SendCommand(t.Context(), &ssmapi.SendCommandInput{DocumentName: new("AWS-RunShellScript"), InstanceIds: r.ids, Parameters: map[string][]string{"commands": {"id"}}})
		wantCode(t, err, "UnsupportedPlatformType")
		id := r.sendTo([]string{"tag:os", "any"})
		time.Sleep(time.Minute)
		if diff := cmp.Diff(map[string]int{"InvalidPlatform": 1, "Success": 2}, r.details(id)); diff != "" {
			t.Error(diff)
		}
		if c := r.command(id); c.ErrorCount != 0 || *c.StatusDetails != "Success" {
			t.Errorf("%s with %d errors", *c.StatusDetails, c.ErrorCount)
		}
	})
}

func TestDocumentSkipsWhatIsNotForWindows(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))}, windows(1))
	r.create("both", shell("linux", "id")+"- name: win\n  action: aws:runPowerShellScript\n  inputs: {runCommand: [hostname]}\n")
	id := r.send("", func(in *ssmapi.SendCommandInput) { in.DocumentName, in.Parameters = new("both"), nil })
	steps := r.stepsOf(id)
	if len(steps) != 2 || steps[0] != "linux Success 0 Step execution skipped due to unsupported plugin: aws:runShellScript. Step name: linux" || !strings.HasPrefix(steps[1], "win Success 0 EC2AMAZ-") {
		t.Errorf("%q", steps)
	}
}
