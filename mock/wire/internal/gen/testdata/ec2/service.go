// Package ec2 is a service package for the tests of the generator and of the codecs: of its operations only the names count.
package ec2

import "github.com/musterhq/muster/mock/wire"

// Operations is the list that the generator reads.
var Operations = map[string]wire.Operation{
	"RunInstances":                   {},
	"DescribeInstances":              {},
	"DescribeInstanceStatus":         {},
	"DescribeImages":                 {},
	"CreateLaunchTemplate":           {},
	"CreateLaunchTemplateVersion":    {},
	"DescribeLaunchTemplates":        {},
	"DescribeLaunchTemplateVersions": {},
	"DeleteLaunchTemplate":           {},
	"StartInstances":                 {},
	"StopInstances":                  {},
	"RebootInstances":                {},
	"TerminateInstances":             {},
	"CreateTags":                     {},
	"DeleteTags":                     {},
	"DescribeTags":                   {},
	"DescribeVpcs":                   {},
	"DescribeSubnets":                {},
	"DescribeAvailabilityZones":      {},
	"DescribeRegions":                {},
	"DescribeSecurityGroups":         {},
	"DescribeInstanceTypes":          {},
}

// Names returns the generated table.
func Names() *wire.Names { return names }
