package ec2

import (
	"cmp"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// template is a launch template with all its versions.
type template struct {
	Seq      int64             `json:"seq"`
	ID       string            `json:"id"`
	Name     string            `json:"name"`
	Created  time.Time         `json:"created"`
	Default  int64             `json:"default"`
	Versions []templateVersion `json:"versions"` // in order of their numbers
}

type templateVersion struct {
	Number      int64        `json:"number"`
	Description string       `json:"description,omitempty"`
	Created     time.Time    `json:"created"`
	Data        templateData `json:"data"`
}

// templateData is what a template, or a RunInstances request, says about instances.
type templateData struct {
	ImageID      string                                   `json:"imageId,omitempty"`
	InstanceType string                                   `json:"instanceType,omitempty"`
	ProfileArn   string                                   `json:"profileArn,omitempty"`
	ProfileName  string                                   `json:"profileName,omitempty"`
	Zone         string                                   `json:"zone,omitempty"`
	KeyName      string                                   `json:"keyName,omitempty"`
	GroupIDs     []string                                 `json:"groupIds,omitempty"`
	GroupNames   []string                                 `json:"groupNames,omitempty"`
	NoStop       *bool                                    `json:"noStop,omitempty"`
	NoTerminate  *bool                                    `json:"noTerminate,omitempty"`
	Tags         map[types.ResourceType]map[string]string `json:"tags,omitempty"`
}

func (t *template) latest() int64 { return t.Versions[len(t.Versions)-1].Number }

// templateName is the form of a template's name.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
var templateName = regexp.MustCompile(`^[a-zA-Z0-9().\-/_]{3,128}$`)

// template finds a template by exactly one of id and name.
func (r *region) template(id, name *string) (*template, error) {
	switch {
	case deref(id) == "" && deref(name) == "":
		return nil, wire.Errorf("MissingParameter", "Either a launch template id or a launch template name must be specified in the request.")
	case deref(id) != "" && deref(name) != "":
		return nil, wire.Errorf("InvalidParameterCombination", "Only one of launch template id and launch template name may be specified in the request.") // assumed: the text
	case deref(id) != "":
		return r.templateByID(*id)
	}
	return r.templateByName(*name)
}

func (r *region) templateByID(id string) (*template, error) {
	if err := checkID("lt", id); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(r.Templates, func(t *template) bool { return t.ID == id })
	if i < 0 {
		return nil, notFound("lt", id)
	}
	return r.Templates[i], nil
}

func (r *region) templateByName(name string) (*template, error) {
	i := slices.IndexFunc(r.Templates, func(t *template) bool { return t.Name == name })
	if i < 0 {
		return nil, wire.Errorf("InvalidLaunchTemplateName.NotFoundException", "The specified launch template, with template name %s, does not exist.", name)
	}
	return r.Templates[i], nil
}

// version finds a version by number, $Default or $Latest; empty means the default one.
func (t *template) version(selector string) (templateVersion, error) {
	number := t.Default
	switch selector {
	case "", "$Default":
	case "$Latest":
		number = t.latest()
	default:
		n, err := strconv.ParseInt(selector, 10, 64)
		if err != nil { // assumed: the text
			return templateVersion{}, wire.Errorf("InvalidLaunchTemplateId.VersionNotFound", "Could not find launch template version %s", selector)
		}
		number = n
	}
	i := slices.IndexFunc(t.Versions, func(v templateVersion) bool { return v.Number == number })
	if i < 0 {
		return templateVersion{}, wire.Errorf("InvalidLaunchTemplateId.VersionNotFound", "Could not find the specified version %d for the launch template with ID %s.", number, t.ID)
	}
	return t.Versions[i], nil
}

// under lays a request's arguments over a template version: what the request gives wins,
// tags merge by resource type and key, and two system tags name the template.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
func (r *region) under(spec *types.LaunchTemplateSpecification, args templateData) (templateData, error) {
	t, err := r.template(spec.LaunchTemplateId, spec.LaunchTemplateName)
	if err != nil {
		return args, err
	}
	v, err := t.version(deref(spec.Version))
	if err != nil {
		return args, err
	}
	merged := merge(v.Data, args)
	if merged.Tags[types.ResourceTypeInstance] == nil {
		merged.Tags[types.ResourceTypeInstance] = map[string]string{}
	}
	merged.Tags[types.ResourceTypeInstance]["aws:ec2launchtemplate:id"] = t.ID
	merged.Tags[types.ResourceTypeInstance]["aws:ec2launchtemplate:version"] = versionText(v.Number)
	return merged, nil
}

// merge lays data over a base; the result shares nothing with either.
func merge(base, over templateData) templateData {
	out := templateData{
		ImageID: cmp.Or(over.ImageID, base.ImageID), InstanceType: cmp.Or(over.InstanceType, base.InstanceType),
		ProfileArn: cmp.Or(over.ProfileArn, base.ProfileArn), ProfileName: cmp.Or(over.ProfileName, base.ProfileName), Zone: cmp.Or(over.Zone, base.Zone),
		NoStop: cmp.Or(over.NoStop, base.NoStop), NoTerminate: cmp.Or(over.NoTerminate, base.NoTerminate),
		KeyName: cmp.Or(over.KeyName, base.KeyName), GroupIDs: base.GroupIDs, GroupNames: base.GroupNames,
		Tags: map[types.ResourceType]map[string]string{},
	}
	if len(over.GroupIDs)+len(over.GroupNames) > 0 {
		out.GroupIDs, out.GroupNames = over.GroupIDs, over.GroupNames
	}
	if over.ProfileArn != "" || over.ProfileName != "" {
		out.ProfileArn, out.ProfileName = over.ProfileArn, over.ProfileName
	}
	for _, layer := range []templateData{base, over} {
		for kind, tags := range layer.Tags {
			if out.Tags[kind] == nil {
				out.Tags[kind] = map[string]string{}
			}
			maps.Copy(out.Tags[kind], tags)
		}
	}
	return out
}

// readTemplateData reads a version's data. AWS hardly checks it before a launch does; we
// refuse what we would not act on.
func readTemplateData(in *types.RequestLaunchTemplateData) (templateData, error) {
	if in == nil {
		return templateData{}, wire.Errorf("MissingParameter", "The request must contain the parameter LaunchTemplateData")
	}
	modelled := []string{"ImageId", "InstanceType", "IamInstanceProfile", "Placement", "DisableApiStop", "DisableApiTermination", "TagSpecifications",
		"KeyName", "SecurityGroupIds", "SecurityGroups"}
	if name := firstOther(reflect.ValueOf(*in), modelled); name != "" {
		return templateData{}, wire.Errorf("InvalidParameterValue", "muster's mock does not model the parameter LaunchTemplateData.%s", name)
	}
	out := templateData{ImageID: deref(in.ImageId), InstanceType: string(in.InstanceType), NoStop: in.DisableApiStop, NoTerminate: in.DisableApiTermination,
		KeyName: deref(in.KeyName), GroupIDs: in.SecurityGroupIds, GroupNames: in.SecurityGroups}
	if in.IamInstanceProfile != nil {
		out.ProfileArn, out.ProfileName = deref(in.IamInstanceProfile.Arn), deref(in.IamInstanceProfile.Name)
	}
	if in.Placement != nil {
		if name := firstOther(reflect.ValueOf(*in.Placement), []string{"AvailabilityZone"}); name != "" {
			return out, wire.Errorf("InvalidParameterValue", "muster's mock does not model the parameter LaunchTemplateData.Placement.%s", name)
		}
		out.Zone = deref(in.Placement.AvailabilityZone)
	}
	var err error
	out.Tags, err = tagsByType(mapped(in.TagSpecifications, func(t types.LaunchTemplateTagSpecificationRequest) types.TagSpecification {
		return types.TagSpecification{ResourceType: t.ResourceType, Tags: t.Tags}
	}))
	return out, err
}

// firstOther names the first member that is set and not among those given.
func firstOther(v reflect.Value, members []string) string {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.IsExported() && !v.Field(i).IsZero() && !slices.Contains(members, f.Name) {
			return f.Name
		}
	}
	return ""
}

func (d templateData) describe() *types.ResponseLaunchTemplateData {
	out := &types.ResponseLaunchTemplateData{InstanceType: types.InstanceType(d.InstanceType), DisableApiStop: d.NoStop, DisableApiTermination: d.NoTerminate}
	out.SecurityGroupIds, out.SecurityGroups = d.GroupIDs, d.GroupNames
	if d.ImageID != "" {
		out.ImageId = new(d.ImageID)
	}
	if d.KeyName != "" {
		out.KeyName = new(d.KeyName)
	}
	if d.ProfileArn != "" || d.ProfileName != "" {
		out.IamInstanceProfile = &types.LaunchTemplateIamInstanceProfileSpecification{}
		if d.ProfileArn != "" {
			out.IamInstanceProfile.Arn = new(d.ProfileArn)
		}
		if d.ProfileName != "" {
			out.IamInstanceProfile.Name = new(d.ProfileName)
		}
	}
	if d.Zone != "" {
		out.Placement = &types.LaunchTemplatePlacement{AvailabilityZone: new(d.Zone)}
	}
	for _, kind := range slices.Sorted(maps.Keys(d.Tags)) {
		out.TagSpecifications = append(out.TagSpecifications, types.LaunchTemplateTagSpecification{ResourceType: kind, Tags: sdkTags(d.Tags[kind])})
	}
	return out
}
