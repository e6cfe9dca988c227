package account_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/mock/mocktest"
)

// lateReader asks a request's body for more bytes when the answer is there already, as
// net/http does where a server is quick.
type lateReader struct {
	aws.HTTPClient
	after error // what the body answered
}

func (c *lateReader) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	again := r.Clone(r.Context())
	again.Body = io.NopCloser(strings.NewReader(string(body)))
	res, err := c.HTTPClient.Do(again)
	_ = r.Body.Close() // as smithy-go does
	_, c.after = io.Copy(io.Discard, r.Body)
	return res, err
}

func TestBodyThatIsClosedEarlyHasEndedAndNotFailed(t *testing.T) {
	cfg := mocktest.New(t).Config()
	late := &lateReader{HTTPClient: cfg.HTTPClient}
	cfg.HTTPClient = late
	if _, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
		t.Fatal(err)
	}
	if late.after == nil {
		t.Error("the SDK alone behaves: httpClient is no longer needed")
	}
	scope, err := account.New(cfg, account.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sts.NewFromConfig(scope.Config).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
		t.Fatal(err)
	}
	if late.after != nil {
		t.Errorf("the body answered %v", late.after)
	}
}
