package launch

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Request is what a user wants launched.
type Request struct {
	Template    string            // name or id of the launch template; or else
	Like        string            // id of the instance that the new ones shall be like
	Version     string            // a number, "$Latest" or "$Default"; empty is "$Default"
	Settings    []Setting         // what to change of the template or of the instance that is copied
	Spot        bool              // spot instances, at the on-demand price at the most unless a setting says less
	Subnets     []string          // ids of the subnets to spread over, or [Spread] alone; empty: as the template says
	OrTypes     []string          // instance types to try, in this order, where there is no capacity for the first
	Count       int               // at least 1
	Name        string            // the tag Name; empty: the template's
	Tags        map[string]string // besides those of the template, over which they win
	ClientToken string            // what makes repeating the launch harmless; at most 64 ASCII characters
	Repeated    bool              // the token was used before, perhaps
}

// Plan is a launch with everything resolved: plain data, and all that [Launcher.Apply] needs. The version is a number: with
// "$Latest", a new version between two tries would be another launch under the same client token, which EC2 refuses.
type Plan struct {
	TemplateID   string // empty where Like is set
	TemplateName string
	Version      int64
	Description  string // of the version; may be empty
	Like         string // the instance that is copied, or empty
	Count        int
	Tags         map[string]string // with Name; those of the template are not among them
	ClientToken  string
	Repeated     bool // as in the Request

	// Data is what the instances get: the template's data, or the instance's, with the request's settings. Its user data may
	// hold secrets.
	Data ec2types.ResponseLaunchTemplateData
	// Overrides are the members of Data that the launch names itself, sorted; for the others EC2 reads the template.
	Overrides []string
	// Parts are the calls that the launch takes, one for each subnet that it is spread over.
	Parts []Part
}

// Part is a share of a launch: all of it is launched, or none.
type Part struct {
	Count   int
	Choices []Choice // at least one; the next is tried where EC2 has no capacity for the one before
}

// Choice is a type and a place. An empty member is what the template says, or what EC2 chooses.
type Choice struct {
	InstanceType string
	SubnetID     string
	Zone         string // of the subnet
}

// VersionText is the version as EC2 takes it.
func (p Plan) VersionText() string { return strconv.FormatInt(p.Version, 10) }

// ImageID is the image, which may be resolve:ssm:NAME; empty where the template names none.
func (p Plan) ImageID() string { return aws.ToString(p.Data.ImageId) }

// InstanceType is the type that is tried first; empty where the template names none.
func (p Plan) InstanceType() string { return string(p.Data.InstanceType) }

// Spot reports whether spot instances are launched.
func (p Plan) Spot() bool {
	return p.Data.InstanceMarketOptions != nil && p.Data.InstanceMarketOptions.MarketType == ec2types.MarketTypeSpot
}

// InstanceTags are the tags that the instances get, the template's among them.
func (p Plan) InstanceTags() map[string]string {
	tags := map[string]string{}
	for _, spec := range p.Data.TagSpecifications {
		if spec.ResourceType != ec2types.ResourceTypeInstance {
			continue
		}
		for _, tag := range spec.Tags {
			tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
	maps.Copy(tags, p.Tags)
	return tags
}

// Source says in a few words what the launch is made from.
func (p Plan) Source() string {
	if p.Like != "" {
		return "like " + p.Like
	}
	return "from " + p.TemplateName
}

// token is the client token of a part's choice. The first is the plan's own, so that a launch of one call has no other.
func (p Plan) token(part, choice int) string {
	if part == 0 && choice == 0 {
		return p.ClientToken
	}
	return fmt.Sprintf("%s-%d-%d", p.ClientToken, part, choice)
}

// tokens are all client tokens that the plan may use, in the order of its parts and choices.
func (p Plan) tokens() []string {
	var all []string
	for i, part := range p.Parts {
		for j := range part.Choices {
			all = append(all, p.token(i, j))
		}
	}
	return all
}

// InputError says what in a Request EC2 would not take. Nothing was called.
type InputError struct {
	Problem string
}

// Error says what is wrong.
func (e *InputError) Error() string { return e.Problem }

// TemplateError says that there is no such launch template.
type TemplateError struct {
	Template string
	Known    []string // the names that exist, sorted; empty where they could not be read
}

// Error names the template.
func (e *TemplateError) Error() string {
	return fmt.Sprintf("launch template %q does not exist", e.Template)
}

// VersionError says that a launch template has no such version.
type VersionError struct {
	Template        string
	Version         string
	Default, Latest int64 // the versions that exist lie between 1 and Latest; 0 where they could not be read
}

// Error names the template and the version.
func (e *VersionError) Error() string {
	return fmt.Sprintf("launch template %q has no version %s", e.Template, e.Version)
}

// Plan resolves a request: one DescribeLaunchTemplateVersions call, or with Like a GetLaunchTemplateData and a
// DescribeInstances; with Subnets one DescribeSubnets more. It changes nothing. The error may be an [*InputError], a
// [*SettingError], a [*TemplateError] or a [*VersionError].
func (l *Launcher) Plan(ctx context.Context, r Request) (Plan, error) {
	if err := r.check(); err != nil {
		return Plan{}, err
	}
	plan, err := l.source(ctx, r)
	if err != nil {
		return Plan{}, err
	}
	plan.Count, plan.ClientToken, plan.Repeated = r.Count, r.ClientToken, r.Repeated
	if err := plan.set(r); err != nil {
		return Plan{}, err
	}
	places, err := l.places(ctx, r.Subnets, plan.Data)
	if err != nil {
		return Plan{}, err
	}
	plan.Parts = parts(r.Count, plan.InstanceType(), r.OrTypes, places)
	if longest := plan.tokens(); len(longest[len(longest)-1]) > maxClientToken {
		return Plan{}, &InputError{fmt.Sprintf("client token %q is too long for a launch in several parts; at most %d characters",
			r.ClientToken, maxClientToken-len("-00-00"))}
	}
	return plan, nil
}

// source reads what the launch is made from.
func (l *Launcher) source(ctx context.Context, r Request) (Plan, error) {
	if r.Like != "" {
		return l.likeness(ctx, r)
	}
	version, err := l.resolve(ctx, r)
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		TemplateID:   aws.ToString(version.LaunchTemplateId),
		TemplateName: aws.ToString(version.LaunchTemplateName),
		Version:      aws.ToInt64(version.VersionNumber),
		Description:  aws.ToString(version.VersionDescription),
		Tags:         r.tags(),
	}
	if version.LaunchTemplateData != nil {
		plan.Data = *version.LaunchTemplateData
	}
	return plan, nil
}

// set lays the request's settings over the data.
func (p *Plan) set(r Request) error {
	settings := r.Settings
	if r.Spot {
		settings = append([]Setting{{"market-type", "spot"}}, settings...)
	}
	for _, s := range settings {
		member, err := s.apply(&p.Data)
		if err != nil {
			return err
		}
		p.override(member)
	}
	return nil
}

func (p *Plan) override(member string) {
	if i, known := slices.BinarySearch(p.Overrides, member); !known {
		p.Overrides = slices.Insert(p.Overrides, i, member)
	}
}

// tags returns the tags with the name among them.
func (r Request) tags() map[string]string {
	tags := maps.Clone(r.Tags)
	if r.Name != "" {
		if tags == nil {
			tags = map[string]string{}
		}
		tags["Name"] = r.Name
	}
	return tags
}
