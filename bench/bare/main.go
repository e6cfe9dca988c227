// Command bare is what muster's cold start is measured against: the least program that
// makes the calls of `muster ls` with the AWS SDK and prints what it got.
package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	var instances *ec2.DescribeInstancesOutput
	var nodes *ssm.DescribeInstancePropertiesOutput
	var ec2Err, ssmErr error
	var both sync.WaitGroup
	both.Go(func() {
		instances, ec2Err = ec2.NewFromConfig(cfg).DescribeInstances(ctx, &ec2.DescribeInstancesInput{MaxResults: new(int32(1000))})
	})
	both.Go(func() {
		nodes, ssmErr = ssm.NewFromConfig(cfg).DescribeInstanceProperties(ctx, &ssm.DescribeInstancePropertiesInput{MaxResults: new(int32(1000))})
	})
	both.Wait()
	if ec2Err != nil {
		return ec2Err
	}
	if ssmErr != nil {
		return ssmErr
	}
	for _, r := range instances.Reservations {
		for _, i := range r.Instances {
			fmt.Println(aws.ToString(i.InstanceId), i.State.Name, aws.ToString(i.PrivateIpAddress))
		}
	}
	fmt.Println(len(nodes.InstanceProperties), "nodes")
	return nil
}
