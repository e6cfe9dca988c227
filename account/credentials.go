package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// CredentialsError says that no credentials could be had: none are configured, or the source that is configured (a login
// session, a role to assume, a program) gave none. The call that needed them was not sent.
type CredentialsError struct {
	Err error // the SDK's account of every source that it tried
}

// Error says that there are no credentials, with what the SDK tried.
func (e *CredentialsError) Error() string { return "no AWS credentials: " + e.Err.Error() }

// Unwrap returns the SDK's error.
func (e *CredentialsError) Unwrap() error { return e.Err }

// credentials gives the errors of a provider a type: the SDK's own have none that all sources share.
type credentials struct {
	aws.CredentialsProvider
}

func (c credentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	value, err := c.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		return value, &CredentialsError{Err: err}
	}
	return value, nil
}
