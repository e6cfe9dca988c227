package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// region and the keys are what every request is signed with; neither server minds them.
const region, accessKey, secretKey = "us-east-1", "mock", "mock"

// server is one of those compared.
type server struct {
	name    string
	command []string // without the address
	join    bool     // the address is one HOST:PORT, not a port alone

	process *exec.Cmd
	port    int
	image   string
}

func (s *server) url() string { return fmt.Sprintf("http://127.0.0.1:%d", s.port) }

// start runs the server and waits for its first answer, for a minute at the most.
func (s *server) start(ctx context.Context) (took time.Duration, err error) {
	if s.port, err = freePort(); err != nil {
		return 0, err
	}
	address := strconv.Itoa(s.port)
	if s.join {
		address = "127.0.0.1:" + address
	}
	began := time.Now()
	s.process = exec.CommandContext(ctx, s.command[0], append(s.command[1:len(s.command):len(s.command)], address)...)
	if err := s.process.Start(); err != nil {
		return 0, err
	}
	c := callImages
	for time.Since(began) < time.Minute {
		if err = s.once(ctx, c); err == nil {
			return time.Since(began), nil
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		}
	}
	return 0, fmt.Errorf("%s: no answer in a minute: %w", s.name, err)
}

// stop interrupts the server and waits until it has ended.
func (s *server) stop() error {
	if s.process == nil || s.process.ProcessState != nil {
		return nil
	}
	_ = s.process.Process.Signal(os.Interrupt)
	err := s.process.Wait()
	if _, exited := errors.AsType[*exec.ExitError](err); exited {
		return nil // an interrupted server may say so by its status
	}
	return err
}

// freePort asks the system for a port. Another process could take it before the server
// does; then the server says so and the benchmark ends.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

func (s *server) client() *ec2api.Client {
	return ec2api.NewFromConfig(aws.Config{
		Region: region, BaseEndpoint: new(s.url()),
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	})
}

// launch starts a fleet, 100 instances to a call.
func (s *server) launch(ctx context.Context, size int) error {
	images, err := s.client().DescribeImages(ctx, &ec2api.DescribeImagesInput{
		Owners: []string{"amazon"},
		Filters: []types.Filter{
			{Name: new("architecture"), Values: []string{"x86_64"}},
			{Name: new("name"), Values: []string{"al2023-ami-*", "amzn2-ami-hvm-*", "amzn-ami-hvm-*"}},
		},
	})
	if err != nil {
		return err
	}
	if len(images.Images) == 0 {
		return fmt.Errorf("%s: it has no image of Amazon Linux", s.name)
	}
	s.image = *images.Images[0].ImageId
	for range size / 100 {
		_, err := s.client().RunInstances(ctx, &ec2api.RunInstancesInput{
			ImageId: &s.image, InstanceType: types.InstanceTypeT3Micro, MinCount: new(int32(100)), MaxCount: new(int32(100)),
			TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeInstance,
				Tags: []types.Tag{{Key: new("Name"), Value: new("web")}, {Key: new("role"), Value: new("web")}}}},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// memoryMiB is the server's resident memory, or 0 where the system does not tell it in /proc.
func (s *server) memoryMiB() float64 {
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid))
	if err != nil {
		return 0
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if text, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(text)[0], 64)
			return kib / 1024
		}
	}
	return 0
}
