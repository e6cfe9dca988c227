package launch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"
)

// resolve finds the version that a request names.
func (l *Launcher) resolve(ctx context.Context, r Request) (ec2types.LaunchTemplateVersion, error) {
	if r.Version == "" {
		r.Version = "$Default"
	}
	in := &ec2.DescribeLaunchTemplateVersionsInput{Versions: []string{r.Version}}
	if isTemplateID(r.Template) {
		in.LaunchTemplateId = new(r.Template)
	} else {
		in.LaunchTemplateName = new(r.Template)
	}
	out, err := l.ec2.DescribeLaunchTemplateVersions(ctx, in)
	switch {
	case hasCode(err, "InvalidLaunchTemplateName.NotFoundException", "InvalidLaunchTemplateName.MalformedException",
		"InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.Malformed"):
		return ec2types.LaunchTemplateVersion{}, &TemplateError{Template: r.Template, Known: l.templateNames(ctx)}
	case hasCode(err, "InvalidLaunchTemplateId.VersionNotFound"), err == nil && len(out.LaunchTemplateVersions) == 0:
		return ec2types.LaunchTemplateVersion{}, l.versionError(ctx, r)
	case err != nil:
		return ec2types.LaunchTemplateVersion{}, fmt.Errorf("look up launch template %s: %w", r.Template, err)
	}
	return out.LaunchTemplateVersions[0], nil
}

// isTemplateID reports whether s is the id of a template rather than a name, of which "lt-web" would be a good one.
func isTemplateID(s string) bool {
	digits, found := strings.CutPrefix(s, "lt-")
	return found && (len(digits) == 17 || len(digits) == 8) && strings.Trim(digits, "0123456789abcdef") == ""
}

func hasCode(err error, codes ...string) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains(codes, api.ErrorCode())
}

// maxTemplates is the largest page of DescribeLaunchTemplates.
const maxTemplates = 200

// templateNames reads what templates there are, for an error to name. Where they cannot be read, the error has none.
func (l *Launcher) templateNames(ctx context.Context) []string {
	out, err := l.ec2.DescribeLaunchTemplates(ctx, &ec2.DescribeLaunchTemplatesInput{MaxResults: new(int32(maxTemplates))})
	if err != nil {
		return nil
	}
	var names []string
	for _, template := range out.LaunchTemplates {
		names = append(names, aws.ToString(template.LaunchTemplateName))
	}
	slices.Sort(names)
	return names
}

// versionError reads what versions there are, for the error to name.
func (l *Launcher) versionError(ctx context.Context, r Request) error {
	result := &VersionError{Template: r.Template, Version: r.Version}
	in := &ec2.DescribeLaunchTemplatesInput{}
	if isTemplateID(r.Template) {
		in.LaunchTemplateIds = []string{r.Template}
	} else {
		in.LaunchTemplateNames = []string{r.Template}
	}
	out, err := l.ec2.DescribeLaunchTemplates(ctx, in)
	if err == nil && len(out.LaunchTemplates) == 1 {
		result.Default = aws.ToInt64(out.LaunchTemplates[0].DefaultVersionNumber)
		result.Latest = aws.ToInt64(out.LaunchTemplates[0].LatestVersionNumber)
	}
	return result
}
