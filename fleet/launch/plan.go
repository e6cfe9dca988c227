package launch

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Request is what a user wants launched.
type Request struct {
	Template    string            // name or id of the launch template
	Version     string            // a number, "$Latest" or "$Default"; empty is "$Default"
	Count       int               // at least 1
	Name        string            // the tag Name; empty: the template's
	Tags        map[string]string // besides those of the template, over which they win
	ClientToken string            // what makes repeating the launch harmless; at most 64 ASCII characters
}

// Plan is a launch with everything resolved: plain data, and all that [Launcher.Apply] needs. The version is a number: with
// "$Latest", a new version between two tries would be another launch under the same client token, which EC2 refuses.
type Plan struct {
	TemplateID   string
	TemplateName string
	Version      int64
	Description  string // of the version; may be empty
	ImageID      string // empty where the template names none; it may be resolve:ssm:NAME
	InstanceType string // empty where the template names none
	Count        int
	Tags         map[string]string // with Name; those of the template are not among them
	TemplateTags map[string]string // what the template tags instances with
	KeyName      string            // as the next ones: what the template names, or empty
	SubnetID     string
	Spot         bool // the template asks for spot instances
	ClientToken  string
}

// VersionText is the version as EC2 takes it.
func (p Plan) VersionText() string { return strconv.FormatInt(p.Version, 10) }

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

// Plan resolves a request: one DescribeLaunchTemplateVersions call. It changes nothing. The error may be an [*InputError],
// a [*TemplateError] or a [*VersionError].
func (l *Launcher) Plan(ctx context.Context, r Request) (Plan, error) {
	if err := r.check(); err != nil {
		return Plan{}, err
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
		Count:        r.Count,
		Tags:         r.tags(),
		ClientToken:  r.ClientToken,
	}
	if data := version.LaunchTemplateData; data != nil {
		plan.take(data)
	}
	return plan, nil
}

// take copies what a person wants to see of a template.
func (p *Plan) take(data *types.ResponseLaunchTemplateData) {
	p.ImageID = aws.ToString(data.ImageId)
	p.InstanceType = string(data.InstanceType)
	p.KeyName = aws.ToString(data.KeyName)
	for _, device := range data.NetworkInterfaces {
		p.SubnetID = cmp.Or(p.SubnetID, aws.ToString(device.SubnetId))
	}
	p.Spot = data.InstanceMarketOptions != nil && data.InstanceMarketOptions.MarketType == types.MarketTypeSpot
	for _, specification := range data.TagSpecifications {
		if specification.ResourceType != types.ResourceTypeInstance {
			continue
		}
		for _, tag := range specification.Tags {
			if p.TemplateTags == nil {
				p.TemplateTags = map[string]string{}
			}
			p.TemplateTags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
		}
	}
}

// InstanceTags are the tags that the instances get: the template's, over which those of the request win
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html, TagSpecification). AWS adds its own, aws:….
func (p Plan) InstanceTags() map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, p.TemplateTags)
	maps.Copy(tags, p.Tags)
	return tags
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

// Limits of tags (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions), in characters, and of
// a client token (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
const (
	maxTags        = 50
	maxTagKey      = 128
	maxTagValue    = 256
	maxClientToken = 64
)

// check finds what EC2 would refuse, before anything is asked or confirmed.
func (r Request) check() error {
	tags := r.tags()
	switch {
	case r.Template == "":
		return &InputError{"no launch template named"}
	case r.Count < 1:
		return &InputError{fmt.Sprintf("count is %d; at least 1", r.Count)}
	case !validVersion(r.Version):
		return &InputError{fmt.Sprintf("template version %q is not a number, $Latest or $Default", r.Version)}
	case r.ClientToken == "" || len(r.ClientToken) > maxClientToken || !isASCII(r.ClientToken):
		return &InputError{fmt.Sprintf("client token %q is not 1 to %d ASCII characters", r.ClientToken, maxClientToken)}
	case len(tags) > maxTags:
		return &InputError{fmt.Sprintf("%d tags; at most %d", len(tags), maxTags)}
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if err := checkTag(key, tags[key]); err != nil {
			return err
		}
	}
	return nil
}

func validVersion(version string) bool {
	if version == "" || version == "$Latest" || version == "$Default" {
		return true
	}
	n, err := strconv.ParseInt(version, 10, 64)
	return err == nil && n > 0 && version == strconv.FormatInt(n, 10)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func checkTag(key, value string) error {
	switch {
	case key == "":
		return &InputError{fmt.Sprintf("a tag with the value %q has no key", value)}
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return &InputError{fmt.Sprintf("tag key %q begins with aws:, which only AWS may write", key)}
	case utf8.RuneCountInString(key) > maxTagKey:
		return &InputError{fmt.Sprintf("tag key %q has %d characters; at most %d", key, utf8.RuneCountInString(key), maxTagKey)}
	case utf8.RuneCountInString(value) > maxTagValue:
		return &InputError{fmt.Sprintf("the value of tag %q has %d characters; at most %d", key, utf8.RuneCountInString(value), maxTagValue)}
	}
	return nil
}
