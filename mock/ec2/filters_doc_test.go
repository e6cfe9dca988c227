package ec2

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// knows says for each call which filters the mock has.
func knows() map[string]func(name string) bool {
	now := time.Time{}
	return map[string]func(string) bool{
		"DescribeAddresses":                      known(addressFilters),
		"DescribeAvailabilityZones":              known(zoneFilters),
		"DescribeIamInstanceProfileAssociations": known(profileFilters),
		"DescribeImages":                         known(imageFilters(now)),
		"DescribeInstanceStatus":                 known(statusFilters(now)),
		"DescribeInstanceTypeOfferings":          known(offeringFilters),
		"DescribeInstanceTypes":                  known(typeFilters),
		"DescribeInstances":                      known(instanceFilters),
		"DescribeKeyPairs":                       known(keyFilters),
		"DescribeNetworkInterfaces":              known(nicFilters),
		"DescribeRegions":                        known(regionFilters),
		"DescribeSecurityGroupRules":             known(ruleFilters),
		"DescribeSecurityGroups":                 known(groupFilters),
		"DescribeSnapshots":                      known(snapshotFilters(now)),
		"DescribeSubnets":                        known(subnetFilters),
		"DescribeTags":                           known(tagFilters),
		"DescribeVolumeStatus":                   known(volumeStatusFilters),
		"DescribeVolumes":                        known(volumeFilters),
		"DescribeVolumesModifications":           known(changeFilters),
		"DescribeVpcs":                           known(vpcFilters),
	}
}

func known[T any](set filterSet[T]) func(string) bool {
	return func(name string) bool { return set.values(name) != nil }
}

// documented is a filter in the comment on an input's Filters member.
var documented = regexp.MustCompile(`(?m)^\t//   - ([a-z][a-zA-Z0-9.:-]+)(?: :|:)? [-–]`)

// notFilters are items in those comments that are no filters: what severities mean.
var notFilters = []string{"informational", "low", "medium", "high", "critical"}

// TestEveryDocumentedFilterIsKnown reads the SDK's own documentation of each call, which
// is EC2's, so that an upgrade shows what came new.
func TestEveryDocumentedFilterIsKnown(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2/service/ec2").Output()
	if err != nil {
		t.Fatal(err)
	}
	for op, knows := range knows() {
		source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "api_op_"+op+".go"))
		if err != nil {
			t.Fatal(err)
		}
		_, source, _ = bytes.Cut(source, []byte("type "+op+"Input struct {"))
		source, _, _ = bytes.Cut(source, []byte("Filters []types.Filter"))
		names := documented.FindAllSubmatch(source, -1)
		if len(names) == 0 {
			t.Errorf("%s: no filter is documented, which the pattern does not believe", op)
		}
		for _, m := range names {
			name := strings.TrimSuffix(string(m[1]), ":")
			if name == "tag" {
				name = "tag:Owner"
			}
			if !knows(name) && !slices.Contains(notFilters, name) {
				t.Errorf("%s: the filter %s is documented and not known", op, name)
			}
		}
		if knows("no-such-filter") {
			t.Errorf("%s takes any filter", op)
		}
	}
}
