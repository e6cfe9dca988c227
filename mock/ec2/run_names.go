package ec2

import (
	"strings"

	"github.com/musterhq/muster/mock/wire"
)

// resolveImage turns resolve:ssm:… into an image id, and leaves an id as it is.
func (r *region) resolveImage(id string) (string, error) {
	if strings.HasPrefix(id, "resolve:ssm:") {
		return "", wire.Errorf("InvalidParameterValue", "muster's mock does not resolve %s; give the id of an image", id)
	}
	return id, nil
}

// profileNamed is the ARN of an instance profile. IAM is not modelled: any exists.
func (r *region) profileNamed(arn, name string) (string, error) {
	if arn != "" && name != "" { // assumed: the text
		return "", wire.Errorf("InvalidParameterCombination", "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'")
	}
	if name != "" {
		return "arn:aws:iam::" + r.Scope.Account + ":instance-profile/" + name, nil
	}
	return arn, nil
}
