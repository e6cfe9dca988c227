package ssm

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/amis"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// publicRoot is where AWS's public parameters are. The mock has those of images; a
// Parameter Store of the account's own it does not have.
const publicRoot = "/aws/service/"

// publicParameters are the public parameters of a region, in order of name: each the id
// of the newest image of its kind. The version counts the images that there have been.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
func publicParameters(region string) []types.Parameter {
	builds := map[string]int64{}
	for _, im := range amis.All() {
		for _, name := range im.Parameters {
			builds[name]++
		}
	}
	newest := amis.Newest()
	var out []types.Parameter
	for _, name := range slices.Sorted(maps.Keys(newest)) {
		im := newest[name]
		out = append(out, types.Parameter{
			Name: new(name), Value: new(im.ID(region)), Type: types.ParameterTypeString, DataType: new("aws:ec2:image"), Version: builds[name],
			LastModifiedDate: new(im.Created), ARN: new(fmt.Sprintf("arn:aws:ssm:%s::parameter%s", region, name)),
		})
	}
	return out
}

// parameter finds one by its name or ARN, with a version after a colon, if one is given:
// only the latest is kept.
func (a *account) parameter(name string) (types.Parameter, error) {
	if _, path, ok := strings.Cut(name, ":parameter"); ok && strings.HasPrefix(name, "arn:") {
		name = path
	}
	plain, selector, selected := strings.Cut(name, ":")
	if !strings.HasPrefix(plain, publicRoot) && !strings.HasPrefix(plain, "/aws/") {
		return types.Parameter{}, wire.Errorf("ParameterNotFound", "")
	}
	for _, p := range publicParameters(a.Scope.Region) {
		if *p.Name != plain {
			continue
		}
		if selected && selector != fmt.Sprint(p.Version) {
			return types.Parameter{}, wire.Errorf("ParameterVersionNotFound", "Systems Manager could not find version %s of %s. Verify the version and try again.", selector, plain)
		}
		if selected {
			p.Selector = new(":" + selector)
		}
		return p, nil
	}
	return types.Parameter{}, wire.Errorf("ParameterNotFound", "")
}

// GetParameter reads a public parameter. Parameters of the account's own there are none.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
func (s *Service) GetParameter(ctx context.Context, in *ssmapi.GetParameterInput) (*ssmapi.GetParameterOutput, error) {
	var v wire.Validation
	v.Required("name", in.Name)
	v.Length("name", in.Name, 1, 2048)
	if err := v.Err(); err != nil {
		return nil, err
	}
	p, err := s.in(world.ScopeOf(ctx)).parameter(*in.Name)
	if err != nil {
		return nil, err
	}
	return &ssmapi.GetParameterOutput{Parameter: &p}, nil
}

// GetParameters reads up to ten; the answer is in order of name, and says which there
// are not.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
func (s *Service) GetParameters(ctx context.Context, in *ssmapi.GetParametersInput) (*ssmapi.GetParametersOutput, error) {
	var v wire.Validation
	v.Required("names", in.Names)
	v.Length("names", in.Names, 1, 10)
	v.Each("names", in.Names, wire.Element{Min: 1, Max: 2048})
	if err := v.Err(); err != nil {
		return nil, err
	}
	out := &ssmapi.GetParametersOutput{Parameters: []types.Parameter{}, InvalidParameters: []string{}}
	a := s.in(world.ScopeOf(ctx))
	for _, name := range slices.Sorted(slices.Values(in.Names)) {
		if p, err := a.parameter(name); err == nil {
			out.Parameters = append(out.Parameters, p)
		} else {
			out.InvalidParameters = append(out.InvalidParameters, name)
		}
	}
	return out, nil
}

// numberedParameter is a parameter with its place in the list.
type numberedParameter struct {
	types.Parameter
	place int64
}

// GetParametersByPath reads what lies below a path: its own level, or with Recursive all.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html
func (s *Service) GetParametersByPath(ctx context.Context, in *ssmapi.GetParametersByPathInput) (*ssmapi.GetParametersByPathOutput, error) {
	var v wire.Validation
	v.Required("path", in.Path)
	v.Length("path", in.Path, 1, 2048)
	size := pageSize(&v, in.MaxResults, 1, 10)
	if err := v.Err(); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(*in.Path, "/") { // assumed: the text
		return nil, wire.Errorf("ValidationException", "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash \"/\".")
	}
	below := strings.TrimSuffix(*in.Path, "/") + "/"
	recursive := in.Recursive != nil && *in.Recursive
	var found []numberedParameter
	for n, p := range publicParameters(s.in(world.ScopeOf(ctx)).Scope.Region) {
		rest, ok := strings.CutPrefix(*p.Name, below)
		// The public parameters are not the account's: a path above them does not find them.
		if ok && strings.HasPrefix(below, publicRoot) && (recursive || !strings.Contains(rest, "/")) {
			found = append(found, numberedParameter{p, int64(n)})
		}
	}
	found, next, err := cutPage("GetParametersByPath", found, size, in.NextToken, func(p numberedParameter) int64 { return p.place })
	if err != nil {
		return nil, err
	}
	return &ssmapi.GetParametersByPathOutput{NextToken: next, Parameters: mapped(found, func(p numberedParameter) types.Parameter { return p.Parameter })}, nil
}
