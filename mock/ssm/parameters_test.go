package ssm_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/musterhq/muster/mock/world"
)

func TestPublicParametersPointToImagesThatEC2Has(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	var ids []string
	pages := ssmapi.NewGetParametersByPathPaginator(r.ssm, &ssmapi.GetParametersByPathInput{Path: new("/aws/service"), Recursive: new(true), MaxResults: new(int32(3))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Parameters {
			ids = append(ids, *p.Value)
			if !strings.HasPrefix(*p.ARN, "arn:aws:ssm:us-east-1::parameter/aws/service/") {
				t.Errorf("ARN %s", *p.ARN)
			}
		}
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	out, err := r.ec2.DescribeImages(t.Context(), &ec2api.DescribeImagesInput{ImageIds: ids})
	if err != nil || len(out.Images) != len(ids) || len(ids) < 5 {
		t.Errorf("%d parameters' images, EC2 has %d: %v", len(ids), len(out.Images), err)
	}
}

func TestParametersAreReadByName(t *testing.T) {
	r := newRig(t, world.Settings{Lag: new(time.Duration(0))})
	const name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
	one, err := r.ssm.GetParameter(t.Context(), &ssmapi.GetParameterInput{Name: new(name)})
	if err != nil || *one.Parameter.Name != name || *one.Parameter.DataType != "aws:ec2:image" || one.Parameter.Version < 1 {
		t.Fatalf("parameter: %+v, %v", one, err)
	}
	some, err := r.ssm.GetParameters(t.Context(), &ssmapi.GetParametersInput{Names: []string{"/my/own", name}})
	if err != nil || len(some.Parameters) != 1 || len(some.InvalidParameters) != 1 || some.InvalidParameters[0] != "/my/own" {
		t.Errorf("parameters: %+v, %v", some, err)
	}
	for _, unknown := range []string{"/my/own", "/aws/service/ami-amazon-linux-latest/none", "mine"} {
		_, err := r.ssm.GetParameter(t.Context(), &ssmapi.GetParameterInput{Name: &unknown})
		wantCode(t, err, "ParameterNotFound")
	}
	_, err = r.ssm.GetParameter(t.Context(), &ssmapi.GetParameterInput{Name: new(name + ":99")})
	wantCode(t, err, "ParameterVersionNotFound")
	_, err = r.ssm.GetParametersByPath(t.Context(), &ssmapi.GetParametersByPathInput{Path: new("/aws/service"), MaxResults: new(int32(11))})
	wantCode(t, err, "ValidationException")
}
