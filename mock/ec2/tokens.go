package ec2

import (
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/musterhq/muster/mock/wire"
)

// madeToken is what a region keeps of a client token: a digest of the rest of the request,
// and the id of what it made.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
type madeToken struct {
	Parameters string `json:"parameters"`
	ID         string `json:"id"`
}

// tokenChars is how long an operation's client token may be, where that is not 64.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
var tokenChars = map[string]int{"CreateLaunchTemplate": 128, "CreateLaunchTemplateVersion": 128}

// madeBefore returns the id of what an operation made for the token, empty for a new one.
func (r *region) madeBefore(op string, token *string, digest string) (string, error) {
	if most := cmp.Or(tokenChars[op], 64); len(deref(token)) > most { // assumed: the text
		return "", wire.Errorf("InvalidParameterValue", "Value (%s) for parameter clientToken is invalid. Tokens must be at most %d characters.", *token, most)
	}
	earlier, ok := r.Made[op+"|"+deref(token)]
	switch {
	case deref(token) == "" || !ok:
		return "", nil
	case earlier.Parameters != digest: // text: github.com/ubicloud/ubicloud issue 5898
		return "", parameterMismatch()
	}
	return earlier.ID, nil
}

// keepToken notes what an operation made for a token.
func (r *region) keepToken(op string, token *string, digest, id string) {
	if deref(token) != "" {
		r.Made[op+"|"+*token] = madeToken{digest, id}
	}
}

// digest is a short form of a request's parameters, but for those named.
func digest(in any, but ...string) string {
	tree := treeOf(in)
	for _, name := range but {
		delete(tree, name)
	}
	data, _ := json.Marshal(tree) // what JSON made, JSON can write; keys are sorted
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

func parameterMismatch() error {
	return wire.Errorf("IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
}
