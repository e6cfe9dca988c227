package mock_test

import (
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/mocktest"
	"github.com/musterhq/muster/mock/world"
)

// withFault is an AWS of one instance with a fault, and the instance's id.
func withFault(t *testing.T, faults ...world.Fault) (s *mock.Server, id string) {
	t.Helper()
	s = mocktest.New(t)
	ids, err := s.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		if err := s.Fault(f); err != nil {
			t.Fatal(err)
		}
	}
	return s, ids[0]
}

func once(cfg aws.Config) aws.Config {
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

func stop(t *testing.T, cfg aws.Config, id string) error {
	t.Helper()
	_, err := ec2.NewFromConfig(cfg).StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{id}})
	return err
}

func stopped(t *testing.T, s *mock.Server, id string) bool {
	t.Helper()
	out, err := ec2.NewFromConfig(s.Config()).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{InstanceIds: []string{id}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Reservations[0].Instances[0].State.Name != "running"
}

func TestLostAnswerComesAfterTheAction(t *testing.T) {
	s, id := withFault(t, world.Fault{Action: "StopInstances", Lost: true})
	if err := stop(t, once(s.Config()), id); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error = %v", err)
	}
	if !stopped(t, s, id) {
		t.Error("the instance was not stopped")
	}
}

func TestLostAnswerIsAskedForAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := withFault(t, world.Fault{Action: "StopInstances", Lost: true, Times: 2})
		cfg := s.Config()
		cfg.Retryer = func() aws.Retryer { return retry.NewStandard() }
		if err := stop(t, cfg, id); err != nil || s.CallSummary()["ec2:StopInstances"] != 3 {
			t.Errorf("%v; calls %v", err, s.CallSummary())
		}
	})
}

func TestLostAnswerClosesTheConnection(t *testing.T) {
	s, id := withFault(t, world.Fault{Action: "StopInstances", Lost: true})
	listening := httptest.NewServer(s)
	defer listening.Close()
	cfg := once(s.Config())
	cfg.BaseEndpoint, cfg.HTTPClient = &listening.URL, listening.Client()
	if err := stop(t, cfg, id); !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("error = %v", err)
	}
	if !stopped(t, s, id) {
		t.Error("the instance was not stopped")
	}
}

func TestLatencyDelaysTheAnswerButNotTheAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, id := withFault(t, world.Fault{Action: "StopInstances", Latency: world.Duration(time.Minute)})
		begin := time.Now()
		answered := make(chan error, 1)
		go func() { answered <- stop(t, s.Config(), id) }()
		synctest.Wait()
		if !stopped(t, s, id) { // answered at once: nobody holds the world
			t.Error("the instance was not stopped before the answer")
		}
		if err := <-answered; err != nil || time.Since(begin) != time.Minute {
			t.Errorf("%v after %s", err, time.Since(begin))
		}
	})
}

// TestHeldBackAnswerEndsWithTheRequest would not end if the mock went on waiting: a bubble
// wants every goroutine to have ended.
func TestHeldBackAnswerEndsWithTheRequest(t *testing.T) {
	for name, fault := range map[string]world.Fault{"latency": {Latency: world.Duration(1000 * time.Hour)}, "silence": {Silent: true}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, id := withFault(t, fault)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				begin := time.Now()
				_, err := ec2.NewFromConfig(once(s.Config())).StopInstances(ctx, &ec2.StopInstancesInput{InstanceIds: []string{id}})
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 5*time.Second {
					t.Errorf("%v after %s", err, time.Since(begin))
				}
				s.ClearFaults()
				if done := stopped(t, s, id); done != (name == "latency") {
					t.Errorf("stopped: %t", done)
				}
			})
		})
	}
}

func TestFaultOfAResourceLeavesOthersAlone(t *testing.T) {
	s, id := withFault(t)
	if err := s.Fault(world.Fault{Resource: id, Code: "X"}); err != nil {
		t.Fatal(err)
	}
	if err := stop(t, once(s.Config()), id); err == nil {
		t.Error("the instance with the fault was stopped")
	}
	_, err := ssm.NewFromConfig(once(s.Config())).SendCommand(t.Context(), &ssm.SendCommandInput{DocumentName: new("AWS-RunShellScript"),
		InstanceIds: []string{id}, Parameters: map[string][]string{"commands": {"true"}}})
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "X" {
		t.Errorf("the fault does not reach other services: %v", err)
	}
	if _, err := ec2.NewFromConfig(once(s.Config())).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}); err != nil {
		t.Errorf("a call without the id was struck: %v", err)
	}
}

func TestSkewedClockIsCorrectedByTheSDK(t *testing.T) {
	for _, skew := range []time.Duration{time.Hour, -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			s, _ := withFault(t, world.Fault{Skew: world.Duration(skew)})
			cfg := s.Config()
			cfg.Retryer = func() aws.Retryer { return retry.NewStandard() }
			if _, err := ssm.NewFromConfig(cfg).ListCommands(t.Context(), &ssm.ListCommandsInput{}); err != nil {
				t.Errorf("ssm, %s: %v", skew, err)
			}
			if _, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{}); err != nil {
				t.Errorf("sts, %s: %v", skew, err)
			}
			// the SDK does not take EC2's code for one of a clock
			_, err := ec2.NewFromConfig(cfg).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
			if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "RequestExpired" {
				t.Errorf("ec2, %s: %v", skew, err)
			}
		})
	}
}

func TestSkewOfAFewMinutesIsLetThrough(t *testing.T) {
	s, _ := withFault(t, world.Fault{Skew: world.Duration(4 * time.Minute)})
	if _, err := ec2.NewFromConfig(once(s.Config())).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}); err != nil {
		t.Error(err)
	}
}
