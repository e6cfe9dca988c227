package settings

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Protection is what instances are protected against, or are so no longer. Stop protection keeps an instance from being
// terminated too (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-stop-protection.html). Neither holds against a
// shutdown from inside, Auto Scaling or scheduled events.
type Protection struct {
	Terminate, Stop bool // against which calls
	On              bool // protected from now on, or no longer
}

// Protect carries out a plan and returns one result for each of its instances. It costs one call for each instance and each
// kind of protection: ModifyInstanceAttribute takes one attribute of one instance at a time
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html). Repeating it is harmless.
//
// The error is one that concerns no instance; see [fleet.Each].
func (s *Settings) Protect(ctx context.Context, plan Plan, p Protection) ([]Result, error) {
	return s.each(ctx, plan, func(ctx context.Context, id string) error {
		value := &ec2types.AttributeBooleanValue{Value: new(p.On)}
		if p.Stop {
			_, err := s.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: new(id), DisableApiStop: value})
			if err != nil {
				return err
			}
		}
		if p.Terminate {
			_, err := s.ec2.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{InstanceId: new(id), DisableApiTermination: value})
			return err
		}
		return nil
	})
}
