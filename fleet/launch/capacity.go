package launch

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
)

// CapacityError says that EC2 has no room for a type in a place, which another type or place may have.
type CapacityError struct {
	Choice Choice
	Err    error // EC2's
}

// Error names the type and the place.
func (e *CapacityError) Error() string {
	kind := cmp.Or(e.Choice.InstanceType, "the template's type")
	place := cmp.Or(e.Choice.Zone, e.Choice.SubnetID, "any zone")
	return fmt.Sprintf("no capacity for %s in %s: %v", kind, place, e.Err)
}

// Unwrap returns EC2's error.
func (e *CapacityError) Unwrap() error { return e.Err }

// Move says that a part of a launch goes on with its next choice.
type Move struct {
	Count int
	To    Choice
	Err   error // why: a [*CapacityError]
}

// noCapacity reports whether another type or place may help: EC2's codes for a lack of machines, of addresses in a subnet, for
// a type that a zone does not have, and for a spot price that the market has passed
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html).
func noCapacity(err error) bool {
	return hasCode(err, "InsufficientInstanceCapacity", "InsufficientHostCapacity", "InsufficientFreeAddressesInSubnet",
		"SpotMaxPriceTooLow", "Unsupported", "UnfulfillableCapacity")
}

// answered reports whether an error is EC2's answer, so that nothing was launched.
func answered(err error) bool {
	_, ok := errors.AsType[smithy.APIError](err)
	return ok
}

// where completes a choice by what the template says.
func (p Plan) where(c Choice) Choice {
	c.InstanceType = cmp.Or(c.InstanceType, p.InstanceType())
	if named := namedSubnets(p.Data); c.SubnetID == "" && len(named) > 0 {
		c.SubnetID = named[0]
	}
	if c.SubnetID == "" && p.Data.Placement != nil {
		c.Zone = aws.ToString(p.Data.Placement.AvailabilityZone)
	}
	return c
}
