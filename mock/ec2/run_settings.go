package ec2

import (
	"cmp"
	"encoding/base64"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// maxUserData is the most user data in bytes, before it is encoded.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
const maxUserData = 16384

// readUserData decodes user data. Texts: github.com/test-kitchen/kitchen-ec2 issue 121 and
// github.com/github-aws-runners/terraform-aws-github-runner issue 3700.
func readUserData(encoded *string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(deref(encoded))
	switch {
	case err != nil:
		return nil, wire.Errorf("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
	case len(data) > maxUserData:
		return nil, wire.Errorf("InvalidUserData.Malformed", "User data is limited to %d bytes.", maxUserData)
	}
	return data, nil
}

// planSettings reads what is neither where nor from what an instance is made.
func (r *region) planSettings(l *launch, args launchArgs) (err error) {
	s := &l.settings
	if s.UserData, err = readUserData(args.UserData); err != nil {
		return err
	}
	if s.KeyName, err = r.keyNamed(deref(args.KeyName)); err != nil {
		return err
	}
	if p := args.IamInstanceProfile; p != nil {
		if s.ProfileArn, err = r.profileNamed(deref(p.Arn), deref(p.Name)); err != nil {
			return err
		}
	}
	s.NoStop, s.NoTerminate, s.EBSOptimized = isSet(args.DisableApiStop), isSet(args.DisableApiTermination), isSet(args.EbsOptimized)
	s.Monitored = args.Monitoring != nil && isSet(args.Monitoring.Enabled)
	if s.OnShutdown = args.InstanceInitiatedShutdownBehavior; !asked([]types.ShutdownBehavior{"", "stop", "terminate"}, s.OnShutdown) {
		return invalidValue(string(s.OnShutdown), "InstanceInitiatedShutdownBehavior")
	}
	for _, read := range []func(*launch, launchArgs) error{planTenancy, planCPU, planCredits, planMetadata, planDNS, planRecovery} {
		if err := read(l, args); err != nil {
			return err
		}
	}
	return nil
}

// invalidValue refuses a value that a parameter does not take. The form is InstanceType's.
func invalidValue(value, parameter string) error {
	return wire.Errorf("InvalidParameterValue", "Invalid value '%s' for %s.", value, parameter)
}

func planTenancy(l *launch, args launchArgs) error {
	if args.Placement == nil {
		return nil
	}
	switch t := args.Placement.Tenancy; t {
	case "", types.TenancyDefault:
	case types.TenancyDedicated:
		l.settings.Tenancy = t
	case types.TenancyHost:
		return wire.Errorf("UnknownParameter", "muster's mock does not model dedicated hosts")
	default:
		return invalidValue(string(t), "Placement.Tenancy")
	}
	return nil
}

// planCPU reads CpuOptions; both members are needed.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-specify-cpu-options.html
func planCPU(l *launch, args launchArgs) error {
	o := args.CpuOptions
	if o == nil {
		return nil
	}
	cores, threads, most := number(o.CoreCount), number(o.ThreadsPerCore), l.figures.vcpus/max(l.figures.cores, 1)
	switch { // assumed: the texts
	case cores == 0 || threads == 0:
		return wire.Errorf("InvalidParameterCombination", "Both the number of CPU cores and threads per core must be specified")
	case cores < 1 || cores > l.figures.cores:
		return wire.Errorf("InvalidParameterValue", "The number of CPU cores '%d' is not valid for the instance type '%s'", cores, l.figures.name)
	case threads < 1 || threads > most:
		return wire.Errorf("InvalidParameterValue", "The number of threads per core '%d' is not valid for the instance type '%s'", threads, l.figures.name)
	}
	l.settings.Cores, l.settings.Threads = cores, threads
	return nil
}

func planCredits(l *launch, args launchArgs) error {
	if args.CreditSpecification == nil {
		return nil
	}
	credits := deref(args.CreditSpecification.CpuCredits)
	switch { // assumed: the code and the text of the second
	case credits != "standard" && credits != "unlimited":
		return invalidValue(credits, "CreditSpecification.CpuCredits")
	case !l.figures.burstable:
		return wire.Errorf("InvalidParameterCombination", "The instance type '%s' is not a burstable performance instance type, so that it takes no credit specification", l.figures.name)
	}
	l.settings.Credits = credits
	return nil
}

// metadataKey is what a tag's key has to be where tags are shown in the metadata.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html
var metadataKey = regexp.MustCompile(`^[0-9a-zA-Z\-_+=,.@:]{1,255}$`)

// planMetadata settles the metadata options: what was asked for, else what the image
// says, else IMDSv1 and v2 with one hop.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html#instance-metadata-options-order-of-precedence
func planMetadata(l *launch, args launchArgs) error {
	o := cmp.Or(args.MetadataOptions, &types.LaunchTemplateInstanceMetadataOptionsRequest{})
	m := metadataOptions{Hops: 1, TokensOptional: true}
	if l.image.describe().ImdsSupport == types.ImdsSupportValuesV20 {
		m = metadataOptions{Hops: 2}
	}
	if o.HttpTokens != "" {
		m.TokensOptional = o.HttpTokens == types.LaunchTemplateHttpTokensStateOptional
	}
	if o.HttpPutResponseHopLimit != nil {
		m.Hops = *o.HttpPutResponseHopLimit
	}
	m.Off = o.HttpEndpoint == types.LaunchTemplateInstanceMetadataEndpointStateDisabled
	m.IPv6 = o.HttpProtocolIpv6 == types.LaunchTemplateInstanceMetadataProtocolIpv6Enabled
	m.Tags = o.InstanceMetadataTags == types.LaunchTemplateInstanceMetadataTagsStateEnabled
	l.settings.Metadata = m
	if m.Hops < 1 || m.Hops > 64 { // assumed: the text
		return wire.Errorf("InvalidParameterValue", "Value (%d) for parameter HttpPutResponseHopLimit is invalid. Expecting a value from 1 to 64.", m.Hops)
	}
	for name, pair := range map[string][3]string{
		"HttpTokens": {string(o.HttpTokens), "optional", "required"}, "HttpEndpoint": {string(o.HttpEndpoint), "enabled", "disabled"},
		"HttpProtocolIpv6": {string(o.HttpProtocolIpv6), "enabled", "disabled"}, "InstanceMetadataTags": {string(o.InstanceMetadataTags), "enabled", "disabled"},
	} {
		if v := pair[0]; v != "" && v != pair[1] && v != pair[2] {
			return invalidValue(v, "MetadataOptions."+name)
		}
	}
	if m.Tags {
		return metadataTags(l.tags[types.ResourceTypeInstance])
	}
	return nil
}

// metadataTags refuses tags that the metadata cannot show; AWS's own do not count.
// text: github.com/seek-oss/aec pull 411
func metadataTags(tags map[string]string) error {
	for _, k := range sortedKeys(tags) {
		if !metadataKey.MatchString(k) || k == "." || k == ".." || k == "_index" {
			return wire.Errorf("InvalidParameterValue", `'%s' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`, k)
		}
	}
	return nil
}

func planDNS(l *launch, args launchArgs) error {
	o := args.PrivateDnsNameOptions
	if o == nil {
		return nil
	}
	if !asked([]types.HostnameType{"", types.HostnameTypeIpName, types.HostnameTypeResourceName}, o.HostnameType) {
		return invalidValue(string(o.HostnameType), "PrivateDnsNameOptions.HostnameType")
	}
	l.settings.DNS = dnsOptions{ResourceName: o.HostnameType == types.HostnameTypeResourceName,
		RecordA: isSet(o.EnableResourceNameDnsARecord), RecordAAAA: isSet(o.EnableResourceNameDnsAAAARecord)}
	return nil
}

func planRecovery(l *launch, args launchArgs) error {
	if args.MaintenanceOptions == nil {
		return nil
	}
	switch v := args.MaintenanceOptions.AutoRecovery; v {
	case "", types.LaunchTemplateAutoRecoveryStateDefault:
	case types.LaunchTemplateAutoRecoveryStateDisabled:
		l.settings.Recovery = types.InstanceAutoRecoveryStateDisabled
	default:
		return invalidValue(string(v), "MaintenanceOptions.AutoRecovery")
	}
	return nil
}

// maxHibernatedMiB is the most memory that a Linux instance can hibernate with.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html
const maxHibernatedMiB = 150 * 1024

// planHibernation holds a launch to what hibernation needs. text of the root volume's:
// github.com/apache/airflow pull 35790; assumed: the others.
func (r *region) planHibernation(l *launch, args launchArgs) error {
	if args.HibernationOptions == nil || !isSet(args.HibernationOptions.Configured) {
		return nil
	}
	l.settings.Hibernates = true
	const code = "UnsupportedHibernationConfiguration"
	switch root := l.disks[0]; {
	case !l.figures.hibernation:
		return wire.Errorf(code, "Hibernation is not supported for the instance type %s.", l.figures.name)
	case l.figures.memoryMiB >= maxHibernatedMiB:
		return wire.Errorf(code, "Hibernation is not supported for instances with 150 GiB of memory and more.")
	case !root.Encrypted:
		return wire.Errorf(code, "For hibernation, the root device volume must be encrypted.")
	case int64(root.SizeGiB)*1024 < l.figures.memoryMiB:
		return wire.Errorf(code, "For hibernation, the root device volume must be large enough to store the instance's memory.")
	}
	return nil
}
