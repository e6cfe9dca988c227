// Package conformance checks the mock with clients that others wrote: the AWS CLI and
// boto3, whose parsers are the oracle of its wire formats. It has tests only, behind the
// build tag "conformance"; `make conformance` installs the clients and runs them.
package conformance
