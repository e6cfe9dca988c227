package ec2

import (
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

// digestOf is a digest of a request, whose token and DryRun the caller has taken out.
func digestOf(in any) string {
	data, _ := json.Marshal(in) // plain data: it marshals
	return fmt.Sprintf("%x", sha256.Sum256(data))
}

// madeBefore returns the id of what an operation made for the token, empty for a new one.
func (r *region) madeBefore(op string, token *string, digest string) (string, error) {
	if len(deref(token)) > 64 { // assumed: the text
		return "", wire.Errorf("InvalidParameterValue", "Value (%s) for parameter clientToken is invalid. Tokens must be at most 64 characters.", *token)
	}
	earlier, ok := r.Made[op+"|"+deref(token)]
	switch {
	case deref(token) == "" || !ok:
		return "", nil
	case earlier.Parameters != digest: // text: github.com/ubicloud/ubicloud issue 5898
		return "", wire.Errorf("IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
	}
	return earlier.ID, nil
}

// keepToken notes what an operation made for a token.
func (r *region) keepToken(op string, token *string, digest, id string) {
	if deref(token) != "" {
		r.Made[op+"|"+*token] = madeToken{digest, id}
	}
}
