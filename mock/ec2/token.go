package ec2

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"github.com/musterhq/muster/mock/wire"
)

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

// templateToken is what is kept of a client token with which a template or a version was made.
type templateToken struct {
	Parameters string `json:"parameters"` // a digest of everything else in the request
	Made       string `json:"made"`       // the template's id, or the version's number
}

// templateCall is a call with a client token. assumed: tokens of the two actions are apart.
type templateCall struct {
	r             *region
	token, digest string
}

func (r *region) templateCall(action string, token *string, in any) templateCall {
	c := templateCall{r: r, digest: digest(in, "ClientToken", "DryRun")}
	if deref(token) != "" {
		c.token = action + "|" + *token
	}
	return c
}

// earlier says what the same call made before. Another call with the token is refused.
// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html
func (c templateCall) earlier() (made string, ok bool, err error) {
	t, ok := c.r.TplTokens[c.token]
	if ok && t.Parameters != c.digest {
		return "", false, parameterMismatch()
	}
	return t.Made, ok, nil
}

// keep notes what the call made.
func (c templateCall) keep(made string) {
	if c.token != "" {
		c.r.TplTokens[c.token] = templateToken{c.digest, made}
	}
}
