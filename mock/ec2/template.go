package ec2

import (
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
	Last     int64             `json:"last"`     // the highest number that was given to a version: none is given twice
	Versions []templateVersion `json:"versions"` // in order of their numbers
}

type templateVersion struct {
	Number      int64        `json:"number"`
	Description string       `json:"description,omitempty"`
	Created     time.Time    `json:"created"`
	Data        templateData `json:"data"`
}

func (t *template) latest() int64 { return t.Versions[len(t.Versions)-1].Number }

// templateName is the form of a template's name.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
var templateName = regexp.MustCompile(`^[a-zA-Z0-9().\-/_]{3,128}$`)

// template finds a template by exactly one of id and name.
func (r *region) template(id, name *string) (*template, error) {
	switch {
	case deref(id) == "" && deref(name) == "":
		return nil, noTemplateNamed()
	case deref(id) != "" && deref(name) != "":
		return nil, wire.Errorf("InvalidParameterCombination", "Only one of launch template id and launch template name may be specified in the request.") // assumed: the text
	case deref(id) != "":
		return r.templateByID(*id)
	}
	return r.templateByName(*name)
}

func noTemplateNamed() error {
	return wire.Errorf("MissingParameter", "Either a launch template id or a launch template name must be specified in the request.")
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

// readTemplateData reads a version's data. AWS hardly checks it before a launch does: of
// its content only the user data and the tags.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-launch-template.html
func readTemplateData(in *types.RequestLaunchTemplateData) (templateData, error) {
	if in == nil {
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter LaunchTemplateData")
	}
	if _, err := readUserData(in.UserData); err != nil {
		return nil, err
	}
	specs := mapped(in.TagSpecifications, func(t types.LaunchTemplateTagSpecificationRequest) types.TagSpecification {
		return types.TagSpecification{ResourceType: t.ResourceType, Tags: t.Tags}
	})
	if _, err := tagsByType(specs); err != nil {
		return nil, err
	}
	data := treeOf(in)
	if len(data) == 0 { // assumed: the code; an empty structure cannot be told from none on the wire
		return nil, wire.Errorf("MissingParameter", "The request must contain the parameter LaunchTemplateData")
	}
	return data, nil
}
