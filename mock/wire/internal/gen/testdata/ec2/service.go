// Package ec2 is a service package for the tests of the generator and of the codecs: of its operations only the names count.
package ec2

import "github.com/musterhq/muster/mock/wire"

// Operations is the list that the generator reads.
var Operations = map[string]wire.Operation{
	"BundleInstance":                 {},
	"CreateFleet":                    {},
	"CreateLaunchTemplate":           {},
	"CreateLaunchTemplateVersion":    {},
	"CreateTags":                     {},
	"DeleteLaunchTemplate":           {},
	"DeleteTags":                     {},
	"DescribeAvailabilityZones":      {},
	"DescribeImages":                 {},
	"DescribeInstanceAttribute":      {},
	"DescribeInstanceStatus":         {},
	"DescribeInstanceTypes":          {},
	"DescribeInstances":              {},
	"DescribeLaunchTemplateVersions": {},
	"DescribeLaunchTemplates":        {},
	"DescribeRegions":                {},
	"DescribeSecurityGroups":         {},
	"DescribeSubnets":                {},
	"DescribeTags":                   {},
	"DescribeVpcs":                   {},
	"ImportKeyPair":                  {},
	"ModifyInstanceAttribute":        {},
	"RebootInstances":                {},
	"RunInstances":                   {},
	"StartInstances":                 {},
	"StopInstances":                  {},
	"TerminateInstances":             {},
}

// Names returns the generated table.
func Names() *wire.Names { return names }
