package fleet

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// Console is what an instance printed to its serial console: at most the last 64 KB
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html).
type Console struct {
	Output string    // empty where nothing has been posted, as soon after a boot
	At     time.Time // when it was posted
}

// Console reads the console of one instance. EC2 posts it some time after a boot, a reboot or a stop; latest reads what is
// there now, which types on the Nitro system have.
func (v *Inventory) Console(ctx context.Context, id string, latest bool) (Console, error) {
	input := &ec2.GetConsoleOutputInput{InstanceId: new(id)}
	if latest {
		input.Latest = new(true)
	}
	out, err := v.ec2.GetConsoleOutput(ctx, input)
	if err != nil {
		return Console{}, fmt.Errorf("read the console of %s: %w", id, err)
	}
	text, err := base64.StdEncoding.DecodeString(aws.ToString(out.Output))
	if err != nil {
		return Console{}, fmt.Errorf("read the console of %s: decode the output: %w", id, err)
	}
	return Console{Output: string(text), At: aws.ToTime(out.Timestamp)}, nil
}
