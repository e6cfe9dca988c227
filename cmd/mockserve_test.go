package cmd

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

// serving is a running muster mock serve.
type serving struct {
	t         *testing.T
	url       string
	interrupt chan<- os.Signal
	ended     <-chan int
	stderr    *strings.Builder // read it after the end
}

// serve starts muster mock serve on a free port.
func serve(t *testing.T, args ...string) *serving {
	t.Helper()
	out, in := io.Pipe()
	signals := make(chan chan<- os.Signal, 1)
	stderr := &strings.Builder{}
	ended := make(chan int, 1)
	env := &Env{Stdin: strings.NewReader(""), Stdout: in, Stderr: stderr, Getenv: func(string) string { return "" },
		Signals: func(c chan<- os.Signal) func() { signals <- c; return func() {} }}
	go func() {
		ended <- Main(append([]string{"mock", "serve", "--listen", "127.0.0.1:0"}, args...), env)
		in.Close()
	}()
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("mock serve: exit %d: %s", <-ended, stderr)
	}
	s := &serving{t: t, url: strings.TrimSpace(url), interrupt: <-signals, ended: ended, stderr: stderr}
	t.Cleanup(func() { s.end() })
	return s
}

// end interrupts the server and returns its exit code.
func (s *serving) end() int {
	if s.interrupt == nil {
		return 0
	}
	s.interrupt <- os.Interrupt
	s.interrupt = nil
	return <-s.ended
}

// instances lists the instances as a client with the given keys sees them.
func (s *serving) instances(key, secret string) (int, error) {
	scope, err := account.New(aws.Config{Region: "us-east-1", BaseEndpoint: &s.url, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider(key, secret, "")}, account.Settings{})
	if err != nil {
		return 0, err
	}
	out, err := ec2.NewFromConfig(scope.Config).DescribeInstances(s.t.Context(), &ec2.DescribeInstancesInput{})
	n := 0
	if err == nil {
		for _, r := range out.Reservations {
			n += len(r.Instances)
		}
	}
	return n, err
}

func TestServeKeepsItsStateAndOpensMetadata(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	first := serve(t, "--state", file, "--fleet", "3")
	if n, err := first.instances("any", "key"); n != 3 || err != nil {
		t.Fatalf("%d instances, %v", n, err)
	}
	if code := first.end(); code != ExitDone {
		t.Fatalf("exit %d: %s", code, first.stderr)
	}
	second := serve(t, "--state", file, "--fleet", "9")
	if n, err := second.instances("any", "key"); n != 3 || err != nil {
		t.Errorf("after a restart: %d instances, %v", n, err)
	}
}

func TestServeAsksForKeysWhereItShould(t *testing.T) {
	s := serve(t, "--auth", "strict", "--root-key", "AKIAROOT:secret", "--fleet", "2")
	if n, err := s.instances("AKIAROOT", "secret"); n != 2 || err != nil {
		t.Errorf("the root user: %d instances, %v", n, err)
	}
	for key, secret := range map[string]string{"AKIAROOT": "other", "mock": "mock"} {
		if _, err := s.instances(key, secret); err == nil {
			t.Errorf("the key %s with the secret %s is taken", key, secret)
		}
	}
}

func TestServeEndsWhatAFaultHoldsBack(t *testing.T) {
	s := serve(t)
	res, err := http.Post(s.url+"/_muster/faults", "application/json", strings.NewReader(`{"silent":true}`))
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%v, %v", res, err)
	}
	res.Body.Close()
	asked := make(chan error, 1)
	go func() {
		_, err := s.instances("any", "key")
		asked <- err
	}()
	for held := false; !held; { // it is recorded when it is held back
		res, err := http.Get(s.url + "/_muster/calls?summary=1")
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(res.Body)
		res.Body.Close()
		held = strings.Contains(string(text), "DescribeInstances")
	}
	if code := s.end(); code != ExitDone || strings.Contains(s.stderr.String(), "deadline") {
		t.Errorf("exit %d: %s", code, s.stderr)
	}
	if err := <-asked; err == nil {
		t.Error("a call was answered that is not to be")
	}
}

func TestServedStateIsSavedSecondsAfterAChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "state.json")
		options := mockServeOptions{state: file}
		server := mock.New(world.Settings{})
		state, err := options.load(t.Context(), server, "us-east-1")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan bool)
		go func() {
			defer close(ended)
			state.keep(ctx, silent(nil), server)
		}()
		saved := func() string {
			time.Sleep(saveEvery)
			synctest.Wait()
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			return string(data)
		}
		first := saved()
		if _, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 1, Name: "canary"}}}); err != nil {
			t.Fatal(err)
		}
		if second := saved(); strings.Contains(first, "canary") || !strings.Contains(second, "canary") {
			t.Error("a change was not saved")
		}
		if _, err := ec2.NewFromConfig(server.Config()).DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{}); err != nil {
			t.Fatal(err)
		}
		before, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		saved()
		if after, err := os.Stat(file); err != nil || !os.SameFile(before, after) {
			t.Errorf("it was saved without a change: %v", err)
		}
		cancel()
		<-ended
		if err := state.close(server); err != nil {
			t.Error(err)
		}
	})
}
