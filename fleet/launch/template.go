package launch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Template is a launch template: its name, and which versions it has.
type Template struct {
	ID        string
	Name      string
	Default   int64 // the version that is launched where none is named
	Latest    int64
	Created   time.Time
	CreatedBy string // an ARN
	Tags      map[string]string
}

// Templates returns the launch templates of the account and region, sorted by name: a DescribeLaunchTemplates call for each
// 200.
func (l *Launcher) Templates(ctx context.Context) ([]Template, error) {
	var all []Template
	pages := ec2.NewDescribeLaunchTemplatesPaginator(l.ec2, &ec2.DescribeLaunchTemplatesInput{MaxResults: new(int32(maxTemplates))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list launch templates: %w", err)
		}
		for _, t := range page.LaunchTemplates {
			all = append(all, templateOf(t))
		}
	}
	slices.SortFunc(all, func(a, b Template) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

func templateOf(t ec2types.LaunchTemplate) Template {
	out := Template{
		ID: aws.ToString(t.LaunchTemplateId), Name: aws.ToString(t.LaunchTemplateName), Created: aws.ToTime(t.CreateTime),
		Default: aws.ToInt64(t.DefaultVersionNumber), Latest: aws.ToInt64(t.LatestVersionNumber), CreatedBy: aws.ToString(t.CreatedBy),
		Tags: make(map[string]string, len(t.Tags)),
	}
	for _, tag := range t.Tags {
		out.Tags[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return out
}

// Version is one version of a launch template.
type Version struct {
	TemplateID   string
	TemplateName string
	Number       int64
	Description  string
	Default      bool
	Created      time.Time
	CreatedBy    string // an ARN
	// Data is what it launches. Its user data may hold secrets.
	Data ec2types.ResponseLaunchTemplateData
}

// Version returns a version of a template, which is named by name or id: a number, "$Latest" or "$Default", which empty is
// too. It costs one DescribeLaunchTemplateVersions call. The error may be an [*InputError], a [*TemplateError] or a
// [*VersionError].
func (l *Launcher) Version(ctx context.Context, template, version string) (Version, error) {
	switch {
	case template == "":
		return Version{}, &InputError{"no launch template named"}
	case !validVersion(version):
		return Version{}, &InputError{fmt.Sprintf("template version %q is not a number, $Latest or $Default", version)}
	}
	found, err := l.resolve(ctx, Request{Template: template, Version: version})
	if err != nil {
		return Version{}, err
	}
	out := Version{
		TemplateID: aws.ToString(found.LaunchTemplateId), TemplateName: aws.ToString(found.LaunchTemplateName),
		Number: aws.ToInt64(found.VersionNumber), Description: aws.ToString(found.VersionDescription),
		Default: aws.ToBool(found.DefaultVersion), Created: aws.ToTime(found.CreateTime), CreatedBy: aws.ToString(found.CreatedBy),
	}
	if found.LaunchTemplateData != nil {
		out.Data = *found.LaunchTemplateData
	}
	return out, nil
}
