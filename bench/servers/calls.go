package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// call is one request that is sent again and again.
type call struct {
	name    string
	service string
	target  string // X-Amz-Target of JSON services
	body    string // IMAGE stands for an image of the server
}

const ec2Form = "Version=2016-11-15&Action="

var callImages = call{name: "DescribeImages", service: "ec2", body: ec2Form + "DescribeImages&Owner.1=amazon&MaxResults=5"}

// calls are those timed with a fleet of the given size. What does not depend on the fleet
// is timed once, and what makes it larger comes last.
func calls(size int) []call {
	list := []call{{name: fmt.Sprintf("DescribeInstances of %d", size), service: "ec2", body: ec2Form + "DescribeInstances"}}
	if size > 100 {
		list = append(list,
			call{name: "GetParameter", service: "ssm", target: "AmazonSSM.GetParameter",
				body: `{"Name":"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"}`},
			call{name: "RunInstances", service: "ec2", body: ec2Form + "RunInstances&ImageId=IMAGE&InstanceType=t3.micro&MinCount=1&MaxCount=1"})
	}
	return list
}

// prepare signs the call once: neither server minds a signature that is used again.
func (s *server) prepare(ctx context.Context, c call) (*http.Request, []byte, error) {
	body := []byte(strings.ReplaceAll(c.body, "IMAGE", s.image))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url()+"/", nil)
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	if c.target != "" {
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", c.target)
	}
	sum := sha256.Sum256(body)
	keys := aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}
	return r, body, v4.NewSigner().SignHTTP(ctx, keys, r, hex.EncodeToString(sum[:]), c.service, region, time.Now())
}

// once sends the call a single time.
func (s *server) once(ctx context.Context, c call) error {
	r, body, err := s.prepare(ctx, c)
	if err != nil {
		return err
	}
	return send(http.DefaultClient, r, body)
}

// rate sends the call on so many connections until the round is over, and returns the
// answers per second.
func (s *server) rate(ctx context.Context, c call, connections int) (float64, error) {
	r, body, err := s.prepare(ctx, c)
	if err != nil {
		return 0, err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var sent atomic.Int64
	errs := make([]error, connections)
	began := time.Now()
	var all sync.WaitGroup
	for n := range connections {
		all.Go(func() {
			for errs[n] == nil && time.Since(began) < roundTime && sent.Add(1) <= roundCalls {
				errs[n] = send(client, r, body)
			}
		})
	}
	all.Wait()
	took := time.Since(began).Seconds()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return float64(min(sent.Load(), roundCalls)) / took, nil
}

// send makes one request and reads the answer whole, as a client has to.
func send(client *http.Client, r *http.Request, body []byte) error {
	again := r.Clone(r.Context())
	again.Body, again.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer, err := client.Do(again)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d: %s", answer.StatusCode, text[:min(len(text), 300)])
	}
	return err
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
