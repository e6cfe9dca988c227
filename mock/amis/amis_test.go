package amis_test

import (
	"strings"
	"testing"

	"github.com/musterhq/muster/mock/amis"
)

func TestEveryImageIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, im := range amis.All() {
		id := im.ID("us-east-1")
		if im.Created.IsZero() || im.Owner == "" || im.Platform == "" || im.RootDevice == "" || im.SizeGiB == 0 || im.VolumeType == "" {
			t.Errorf("%s lacks something: %+v", im.Name, im)
		}
		if seen[im.Name] || seen[id] || id == im.ID("eu-west-1") {
			t.Errorf("%s: the name or the id %s is taken", im.Name, id)
		}
		for _, text := range append([]string{im.Name, im.Description}, im.Parameters...) {
			if strings.Contains(text, "VERSION") || strings.Contains(text, "ARCH") || strings.Contains(text, "DEB") {
				t.Errorf("%s: a placeholder is left in %q", im.Name, text)
			}
		}
		seen[im.Name], seen[id] = true, true
	}
}

func TestNewestIsTheLatestBuild(t *testing.T) {
	newest := amis.Newest()
	for parameter, name := range map[string]string{
		"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64":               "al2023-ami-2023.9.20251110.1-kernel-6.1-arm64",
		"/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id": "ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251212",
		"/aws/service/debian/release/12/latest/amd64":                                        "debian-12-amd64-20251112-2294",
		"/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base":              "Windows_Server-2022-English-Full-Base-2025.07.09",
	} {
		if got := newest[parameter].Name; got != name {
			t.Errorf("%s points to %q, want %q", parameter, got, name)
		}
	}
}
