package ec2

import (
	"strconv"
	"strings"
	"testing"
)

// maxPods are the figures that AWS's network plugin for Kubernetes was given by EC2: for
// each type interfaces × (addresses - 1) + 2. From misc/eni-max-pods.txt of
// github.com/aws/amazon-vpc-cni-k8s.
const maxPods = `
c5.12xlarge 234 c5.18xlarge 737 c5.24xlarge 737 c5.2xlarge 58 c5.4xlarge 234 c5.9xlarge 234 c5.large 29 c5.metal 737 c5.xlarge 58
c6g.12xlarge 234 c6g.16xlarge 737 c6g.2xlarge 58 c6g.4xlarge 234 c6g.8xlarge 234 c6g.large 29 c6g.medium 8 c6g.metal 737 c6g.xlarge 58
c6i.12xlarge 234 c6i.16xlarge 737 c6i.24xlarge 737 c6i.2xlarge 58 c6i.32xlarge 737 c6i.4xlarge 234 c6i.8xlarge 234 c6i.large 29 c6i.metal 737 c6i.xlarge 58
c7g.12xlarge 234 c7g.16xlarge 737 c7g.2xlarge 58 c7g.4xlarge 234 c7g.8xlarge 234 c7g.large 29 c7g.medium 8 c7g.metal 737 c7g.xlarge 58
g4dn.12xlarge 234 g4dn.16xlarge 58 g4dn.2xlarge 29 g4dn.4xlarge 29 g4dn.8xlarge 58 g4dn.xlarge 29
i3.16xlarge 737 i3.2xlarge 58 i3.4xlarge 234 i3.8xlarge 234 i3.large 29 i3.xlarge 58
i4i.16xlarge 737 i4i.2xlarge 58 i4i.32xlarge 737 i4i.4xlarge 234 i4i.8xlarge 234 i4i.large 29 i4i.xlarge 58
m5.12xlarge 234 m5.16xlarge 737 m5.24xlarge 737 m5.2xlarge 58 m5.4xlarge 234 m5.8xlarge 234 m5.large 29 m5.metal 737 m5.xlarge 58
m6g.12xlarge 234 m6g.16xlarge 737 m6g.2xlarge 58 m6g.4xlarge 234 m6g.8xlarge 234 m6g.large 29 m6g.medium 8 m6g.metal 737 m6g.xlarge 58
m6i.12xlarge 234 m6i.16xlarge 737 m6i.24xlarge 737 m6i.2xlarge 58 m6i.32xlarge 737 m6i.4xlarge 234 m6i.8xlarge 234 m6i.large 29 m6i.metal 737 m6i.xlarge 58
m7g.12xlarge 234 m7g.16xlarge 737 m7g.2xlarge 58 m7g.4xlarge 234 m7g.8xlarge 234 m7g.large 29 m7g.medium 8 m7g.metal 737 m7g.xlarge 58
m7i.12xlarge 234 m7i.16xlarge 737 m7i.24xlarge 737 m7i.2xlarge 58 m7i.48xlarge 737 m7i.4xlarge 234 m7i.8xlarge 234 m7i.large 29 m7i.metal-24xl 737 m7i.metal-48xl 737 m7i.xlarge 58
r5.12xlarge 234 r5.16xlarge 737 r5.24xlarge 737 r5.2xlarge 58 r5.4xlarge 234 r5.8xlarge 234 r5.large 29 r5.metal 737 r5.xlarge 58
r6g.12xlarge 234 r6g.16xlarge 737 r6g.2xlarge 58 r6g.4xlarge 234 r6g.8xlarge 234 r6g.large 29 r6g.medium 8 r6g.metal 737 r6g.xlarge 58
r6i.12xlarge 234 r6i.16xlarge 737 r6i.24xlarge 737 r6i.2xlarge 58 r6i.32xlarge 737 r6i.4xlarge 234 r6i.8xlarge 234 r6i.large 29 r6i.metal 737 r6i.xlarge 58
`

func TestTypesHaveTheInterfacesThatEC2Answers(t *testing.T) {
	fields := strings.Fields(maxPods)
	for n := 0; n < len(fields); n += 2 {
		f, err := typeNamed(fields[n])
		if err != nil {
			t.Error(err)
			continue
		}
		if pods := f.maxInterfaces*(f.addressesEach-1) + 2; strconv.Itoa(int(pods)) != fields[n+1] {
			t.Errorf("%s: %d interfaces of %d addresses make %d pods, want %s", f.name, f.maxInterfaces, f.addressesEach, pods, fields[n+1])
		}
	}
}

func TestTypesAreComplete(t *testing.T) {
	for _, f := range typeTable {
		switch {
		case f.vcpus == 0 || f.memoryMiB == 0 || f.network == "" || f.clockGHz == 0 || f.cores == 0:
			t.Errorf("%s lacks a figure: %+v", f.name, f)
		case f.baselineMbps > f.maximumMbps || !f.noENA && f.baselineMbps == 0:
			t.Errorf("%s: EBS bandwidth %d to %d", f.name, f.baselineMbps, f.maximumMbps)
		case f.vcpus%f.cores != 0:
			t.Errorf("%s: %d vCPUs on %d cores", f.name, f.vcpus, f.cores)
		}
	}
	if n := len(typeTable); n != len(typesByName) || n < 150 {
		t.Errorf("%d types, %d names", n, len(typesByName))
	}
}
