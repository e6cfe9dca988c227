package wire_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/musterhq/muster/mock/wire"
)

// A service is one literal. Its Names are generated; here they are written out.
func Example() {
	api := &wire.API{
		Name:      "sts",
		Protocol:  wire.AWSQuery,
		Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Names: &wire.Names{
			Requests:  []wire.Shape{{Type: "GetCallerIdentityInput"}},
			Responses: []wire.Shape{{Type: "GetCallerIdentityOutput", Members: "Account Arn UserId"}},
		},
		Operations: map[string]wire.Operation{
			"GetCallerIdentity": wire.Handle(func(context.Context, *sts.GetCallerIdentityInput) (*sts.GetCallerIdentityOutput, error) {
				return &sts.GetCallerIdentityOutput{Account: new("123456789012")}, nil
			}),
		},
	}

	body := "Action=GetCallerIdentity&Version=2011-06-15"
	r, w := httptest.NewRequest("POST", "/", strings.NewReader(body)), httptest.NewRecorder()
	call, err := api.Decode(r, []byte(body))
	if err != nil {
		api.WriteError(w, "id", err)
		return
	}
	out, err := call.Do(r.Context())
	if err != nil {
		api.WriteError(w, "id", err)
		return
	}
	api.WriteOutput(w, "id", call.Action, out)
	fmt.Println(strings.ReplaceAll(w.Body.String(), "><", ">\n<"))
	// Output:
	// <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
	// <GetCallerIdentityResult>
	// <Account>123456789012</Account>
	// </GetCallerIdentityResult>
	// <ResponseMetadata>
	// <RequestId>id</RequestId>
	// </ResponseMetadata>
	// </GetCallerIdentityResponse>
}

func ExampleHandle() {
	assumeRole := func(context.Context, *sts.AssumeRoleInput) (*sts.AssumeRoleOutput, error) { return nil, nil }
	op := wire.Handle(assumeRole, "RoleSessionName", "RoleArn")
	fmt.Println(op.Fields())
	// Output: [RoleArn RoleSessionName]
}

func ExampleValidation() {
	maxResults, commandID := int32(51), "x"
	var v wire.Validation
	v.Range("maxResults", &maxResults, 1, 50)
	v.Length("commandId", &commandID, 36, 36)
	fmt.Println(v.Err())
	// Output:
	// ValidationException: 2 validation errors detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50; Value 'x' at 'commandId' failed to satisfy constraint: Member must have length greater than or equal to 36
}
