package ec2

import (
	"cmp"
	"slices"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// launch is what a request makes of each of its instances, once the template has been
// laid under it and all names stand for something.
type launch struct {
	image      *image
	figures    figures
	subnet     *subnet
	anyZone    bool // neither a zone nor a subnet was asked for
	settings   instanceSettings
	nics       []plannedNIC
	disks      []disk // without ids
	spot       *spotOrder
	request    *spotRequest // that it fulfils again
	args       templateData // what it was planned from
	systemTags map[string]string
	tags       map[types.ResourceType]map[string]string
	count      int
	token      string
	agent      world.Agent
	files      map[string]string
	packages   *world.Packages
	seeded     bool
}

// launchArgs are a template's members and those of RunInstances that a template lacks.
type launchArgs struct {
	types.RequestLaunchTemplateData
	SubnetId         *string
	PrivateIpAddress *string
}

// requestOnly are the members of RunInstances that do not describe an instance.
var requestOnly = []string{"MinCount", "MaxCount", "ClientToken", "DryRun", "LaunchTemplate"}

// arguments lays a request over the template version that it names. Two system tags say
// which one that was.
func (r *region) arguments(in *ec2api.RunInstancesInput) (templateData, map[string]string, error) {
	args := treeOf(in)
	for _, name := range requestOnly {
		delete(args, name)
	}
	if in.LaunchTemplate == nil {
		return args, nil, nil
	}
	t, err := r.template(in.LaunchTemplate.LaunchTemplateId, in.LaunchTemplate.LaunchTemplateName)
	if err != nil {
		return nil, nil, err
	}
	v, err := t.version(deref(in.LaunchTemplate.Version))
	if err != nil {
		return nil, nil, err
	}
	return overlay(v.Data, args), t.systemTags(v), nil
}

// systemTags are those of the instances that a version launches.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
func (t *template) systemTags(v templateVersion) map[string]string {
	return map[string]string{"aws:ec2launchtemplate:id": t.ID, "aws:ec2launchtemplate:version": versionText(v.Number)}
}

// plan turns merged arguments into a launch, or refuses them as EC2 does.
func (r *region) plan(data templateData, systemTags map[string]string) (launch, error) {
	l := launch{args: data, systemTags: systemTags}
	if name := firstUnmodelled(data, "", launchMembers); name != "" {
		return l, wire.Errorf("UnknownParameter", "muster's mock does not model the parameter %s at launch", name)
	}
	args := as[launchArgs](data)
	specs := mapped(args.TagSpecifications, func(t types.LaunchTemplateTagSpecificationRequest) types.TagSpecification {
		return types.TagSpecification{ResourceType: t.ResourceType, Tags: t.Tags}
	})
	var err error
	if l.tags, err = tagsByType(specs); err != nil {
		return l, err
	}
	if len(systemTags) > 0 && l.tags[types.ResourceTypeInstance] == nil {
		l.tags[types.ResourceTypeInstance] = map[string]string{}
	}
	for k, v := range systemTags {
		l.tags[types.ResourceTypeInstance][k] = v
	}
	for _, step := range []func(*launch, launchArgs) error{r.planImage, r.planNetwork, r.planDisks, r.planSettings, r.planHibernation, planSpot} {
		if err := step(&l, args); err != nil {
			return l, err
		}
	}
	return l, nil
}

// launchMembers are the members, by their paths, that a launch acts on. The others that a
// template can hold are kept there, and refused when it is launched from.
var launchMembers = []string{
	"BlockDeviceMappings.DeviceName", "BlockDeviceMappings.NoDevice",
	"BlockDeviceMappings.Ebs.DeleteOnTermination", "BlockDeviceMappings.Ebs.Encrypted", "BlockDeviceMappings.Ebs.Iops", "BlockDeviceMappings.Ebs.KmsKeyId",
	"BlockDeviceMappings.Ebs.SnapshotId", "BlockDeviceMappings.Ebs.Throughput", "BlockDeviceMappings.Ebs.VolumeSize", "BlockDeviceMappings.Ebs.VolumeType",
	"CpuOptions.CoreCount", "CpuOptions.ThreadsPerCore", "CreditSpecification.CpuCredits",
	"DisableApiStop", "DisableApiTermination", "EbsOptimized", "HibernationOptions.Configured",
	"IamInstanceProfile.Arn", "IamInstanceProfile.Name", "ImageId", "InstanceInitiatedShutdownBehavior", "InstanceType",
	"InstanceMarketOptions.MarketType", "InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior", "InstanceMarketOptions.SpotOptions.MaxPrice",
	"InstanceMarketOptions.SpotOptions.SpotInstanceType", "InstanceMarketOptions.SpotOptions.ValidUntil",
	"KeyName", "MaintenanceOptions.AutoRecovery",
	"MetadataOptions.HttpEndpoint", "MetadataOptions.HttpProtocolIpv6", "MetadataOptions.HttpPutResponseHopLimit", "MetadataOptions.HttpTokens", "MetadataOptions.InstanceMetadataTags",
	"Monitoring.Enabled",
	"NetworkInterfaces.AssociatePublicIpAddress", "NetworkInterfaces.DeleteOnTermination", "NetworkInterfaces.Description", "NetworkInterfaces.DeviceIndex",
	"NetworkInterfaces.Groups", "NetworkInterfaces.InterfaceType", "NetworkInterfaces.NetworkCardIndex", "NetworkInterfaces.PrivateIpAddress",
	"NetworkInterfaces.PrivateIpAddresses.Primary", "NetworkInterfaces.PrivateIpAddresses.PrivateIpAddress", "NetworkInterfaces.SecondaryPrivateIpAddressCount", "NetworkInterfaces.SubnetId",
	"Placement.AvailabilityZone", "Placement.Tenancy",
	"PrivateDnsNameOptions.EnableResourceNameDnsAAAARecord", "PrivateDnsNameOptions.EnableResourceNameDnsARecord", "PrivateDnsNameOptions.HostnameType",
	"PrivateIpAddress", "SecurityGroupIds", "SecurityGroups", "SubnetId",
	"TagSpecifications.ResourceType", "TagSpecifications.Tags.Key", "TagSpecifications.Tags.Value", "UserData",
}

// firstUnmodelled is the path of the first member, in order of names, that asks for what
// is not modelled; empty when there is none. False, zero and empty ask for nothing.
func firstUnmodelled(v any, path string, modelled []string) string {
	switch v := v.(type) {
	case templateData:
		return firstUnmodelled(map[string]any(v), path, modelled)
	case map[string]any:
		for _, name := range sortedKeys(v) {
			if found := firstUnmodelled(v[name], joinPath(path, name), modelled); found != "" {
				return found
			}
		}
		return ""
	case []any:
		for _, item := range v {
			if found := firstUnmodelled(item, path, modelled); found != "" {
				return found
			}
		}
		return ""
	}
	if v == false || v == float64(0) || v == "" || slices.Contains(modelled, path) {
		return ""
	}
	return path
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// planImage finds the image and the type, and holds them together.
func (r *region) planImage(l *launch, args launchArgs) (err error) {
	if deref(args.ImageId) == "" {
		return wire.Errorf("MissingParameter", "The request must contain the parameter ImageId")
	}
	if l.image, err = r.launchImage(*args.ImageId); err != nil {
		return err
	}
	// m1.small is the documented default; it is not modelled.
	if l.figures, err = typeNamed(cmp.Or(string(args.InstanceType), "m1.small")); err != nil {
		return err
	}
	if a, b := string(l.figures.arch), string(l.image.Arch); a != b {
		return wire.Errorf("InvalidParameterValue", "The architecture '%s' of the specified instance type does not match the architecture '%s' of the specified AMI. "+
			"Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' "+
			"to discover the architecture of the instance type or AMI.", a, b)
	}
	return nil
}

// launchImage finds an image by its id, or by the parameter that names it.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html
func (r *region) launchImage(id string) (*image, error) {
	id, err := r.resolveImage(id)
	if err != nil {
		return nil, err
	}
	im, err := r.image(id)
	if err == nil && im.pending(r.service.world.Now()) {
		return nil, notReady(im)
	}
	return im, err
}

// tagsByType reads tag specifications.
func tagsByType(specs []types.TagSpecification, more ...types.ResourceType) (map[types.ResourceType]map[string]string, error) {
	out := map[types.ResourceType]map[string]string{}
	for _, spec := range specs {
		switch spec.ResourceType {
		case types.ResourceTypeInstance, types.ResourceTypeVolume, types.ResourceTypeNetworkInterface, types.ResourceTypeSpotInstancesRequest:
		default:
			if slices.Contains(more, spec.ResourceType) {
				break
			}
			return nil, wire.Errorf("InvalidParameterValue", "muster's mock does not model tags for the resource type '%s' at launch", spec.ResourceType)
		}
		if len(spec.Tags) == 0 {
			return nil, wire.Errorf("InvalidParameterValue", "Tag specification must have at least one tag")
		}
		tags, err := readTags(spec.Tags)
		if err != nil {
			return nil, err
		}
		if out[spec.ResourceType] == nil {
			out[spec.ResourceType] = map[string]string{}
		}
		for k, v := range tags {
			out[spec.ResourceType][k] = v
		}
	}
	return out, nil
}
