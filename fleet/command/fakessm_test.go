package command

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// fakeSSM answers the calls of Run Command over JSON 1.1, in process and by the clock of the bubble that it lives in. It
// is here for what the mock does not do on request: lose an answer, lag behind, refuse without saying why. Its nodes run
// nothing; they end after a time, with an answer that the test chooses.
type fakeSSM struct {
	// answer is what a node gives, and after how long. Nil: "ok" at once.
	answer func(id string) nodeAnswer
	// fault is asked before each call, with its ordinal from 1 among the calls of its action. Nil: no fault.
	fault func(action string, n int) fault
	// invalid are ids that SendCommand refuses; named says whether its message names them.
	invalid map[string]bool
	named   bool
	// offline are ids that DescribeInstanceInformation does not list.
	offline map[string]bool
	// lag is how long after SendCommand the lists do not show the command and its invocations.
	lag time.Duration

	mu       sync.Mutex // guards all below
	commands []*fakeCommand
	calls    map[string]int
	peak     int // the most nodes that were allowed to run at the same time
}

type nodeAnswer struct {
	after          time.Duration
	stdout, stderr string
	exit           int
	status         string // empty: Success or Failed, by exit
	details        string // empty: status
}

// fault is what happens to one call instead of its answer, or after it.
type fault struct {
	lost          bool // the request is carried out, its answer is lost
	dropped       bool // the request never arrives, and the connection breaks
	hang          bool // as lost, but nothing comes back at all
	half          bool // as lost, but half of the answer comes back
	status        int  // the request is answered with this status and code, and not carried out
	code          string
	message       string
	afterDoing    bool // … but it was carried out
	emptyResponse bool // {} comes back, and it was carried out
	refused       bool // no connection is made
}

type fakeCommand struct {
	id, comment    string
	instances      []string
	maxConcurrency int
	maxErrors      string
	requested      time.Time
	cancelled      time.Time
}

type fakeRequest struct {
	Comment, CommandId, InstanceId, MaxConcurrency, MaxErrors, NextToken string
	InstanceIds                                                          []string
	MaxResults                                                           int
	Filters                                                              []struct {
		Key, Value string
		Values     []string
	}
}

func (f *fakeSSM) config() aws.Config {
	return aws.Config{
		Region:      "eu-west-1",
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		HTTPClient:  f,
	}
}

// Do makes it the HTTP client of an aws.Config.
func (f *fakeSSM) Do(request *http.Request) (*http.Response, error) {
	action := strings.TrimPrefix(request.Header.Get("X-Amz-Target"), "AmazonSSM.")
	var body fakeRequest
	if err := json.NewDecoder(request.Body).Decode(&body); err != nil {
		return nil, err
	}
	injected := f.count(action)
	switch {
	case injected.refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case injected.dropped:
		return nil, io.ErrUnexpectedEOF
	case injected.status != 0 && !injected.afterDoing:
		return failure(request, injected.status, injected.code, injected.message), nil
	}
	status, answer := f.do(action, body)
	switch {
	case injected.lost:
		return nil, io.ErrUnexpectedEOF
	case injected.hang:
		<-request.Context().Done()
		return nil, context.Cause(request.Context())
	case injected.half:
		return response(request, status, answer[:len(answer)/2]), nil
	case injected.afterDoing:
		return failure(request, injected.status, injected.code, injected.message), nil
	case injected.emptyResponse:
		return response(request, status, []byte("{}")), nil
	}
	return response(request, status, answer), nil
}

func (f *fakeSSM) count(action string) fault {
	f.mu.Lock()
	if f.calls == nil {
		f.calls = make(map[string]int)
	}
	f.calls[action]++
	n := f.calls[action]
	f.mu.Unlock()
	if f.fault == nil {
		return fault{}
	}
	return f.fault(action, n)
}

func (f *fakeSSM) do(action string, body fakeRequest) (int, []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch action {
	case "SendCommand":
		return f.sendCommand(body)
	case "ListCommands":
		return ok(f.listCommands(body))
	case "ListCommandInvocations":
		return ok(f.listInvocations(body))
	case "GetCommandInvocation":
		return ok(f.getInvocation(body))
	case "CancelCommand":
		f.find(body.CommandId).cancelled = time.Now()
		return ok(map[string]any{})
	case "DescribeInstanceInformation":
		return ok(f.describe(body))
	}
	return errorBody(400, "UnknownOperationException", action)
}

func (f *fakeSSM) sendCommand(body fakeRequest) (int, []byte) {
	var bad []string
	for _, id := range body.InstanceIds {
		if f.invalid[id] {
			bad = append(bad, id)
		}
	}
	switch {
	case len(bad) > 0 && f.named:
		return errorBody(400, "InvalidInstanceId",
			"Instances [["+strings.Join(bad, ", ")+"]] not in a valid state for account 123456789012")
	case len(bad) > 0:
		return errorBody(400, "InvalidInstanceId", "")
	case len(body.InstanceIds) == 0 || len(body.InstanceIds) > 50 || len(body.Comment) > 100:
		return errorBody(400, "ValidationException", "out of range")
	}
	concurrency, _ := strconv.Atoi(body.MaxConcurrency)
	c := &fakeCommand{
		id: fmt.Sprintf("00000000-0000-0000-0000-%012d", len(f.commands)+1), comment: body.Comment,
		instances: body.InstanceIds, maxConcurrency: concurrency, maxErrors: body.MaxErrors, requested: time.Now(),
	}
	f.commands = append(f.commands, c)
	f.measure()
	return ok(map[string]any{"Command": f.describeCommand(c)})
}

// measure keeps the peak of what the commands under way may run at the same time.
func (f *fakeSSM) measure() {
	running := 0
	for _, c := range f.commands {
		if f.describeCommand(c)["Status"] == "InProgress" {
			running += c.maxConcurrency
		}
	}
	f.peak = max(f.peak, running)
}

func (f *fakeSSM) find(id string) *fakeCommand {
	i := slices.IndexFunc(f.commands, func(c *fakeCommand) bool { return c.id == id })
	return f.commands[i]
}

// node is how a node of a command stands now.
func (f *fakeSSM) node(c *fakeCommand, id string) (answer nodeAnswer, ended bool) {
	answer = nodeAnswer{stdout: "ok\n"}
	if f.answer != nil {
		answer = f.answer(id)
	}
	if answer.status == "" {
		answer.status = "Success"
		if answer.exit != 0 {
			answer.status = "Failed"
		}
	}
	end := c.requested.Add(answer.after)
	if !c.cancelled.IsZero() && c.cancelled.Before(end) {
		return nodeAnswer{status: "Cancelled", exit: 137}, true
	}
	return answer, !time.Now().Before(end)
}

func (f *fakeSSM) describeCommand(c *fakeCommand) map[string]any {
	completed, failed := 0, 0
	for _, id := range c.instances {
		answer, ended := f.node(c, id)
		if !ended {
			continue
		}
		completed++
		if answer.status == "Failed" && answer.details != "Undeliverable" {
			failed++
		}
	}
	status := "InProgress"
	if completed == len(c.instances) {
		status = "Success"
	}
	return map[string]any{
		"CommandId": c.id, "Comment": c.comment, "Status": status, "InstanceIds": c.instances,
		"TargetCount": len(c.instances), "CompletedCount": completed, "ErrorCount": failed,
		"RequestedDateTime": float64(c.requested.UnixMilli()) / 1000,
	}
}

func (f *fakeSSM) listCommands(body fakeRequest) map[string]any {
	var all []any
	for _, c := range slices.Backward(f.commands) {
		after := time.Time{}
		for _, filter := range body.Filters {
			after, _ = time.Parse(time.RFC3339, filter.Value)
		}
		hidden := time.Since(c.requested) < f.lag || c.requested.Before(after)
		if !hidden && (body.CommandId == "" || body.CommandId == c.id) {
			all = append(all, f.describeCommand(c))
		}
	}
	return page("Commands", all, body)
}

func (f *fakeSSM) listInvocations(body fakeRequest) map[string]any {
	c := f.find(body.CommandId)
	var all []any
	for _, id := range c.instances {
		if time.Since(c.requested) < f.lag {
			break
		}
		all = append(all, f.invocation(c, id))
	}
	return page("CommandInvocations", all, body)
}

func (f *fakeSSM) invocation(c *fakeCommand, id string) map[string]any {
	answer, ended := f.node(c, id)
	invocation := map[string]any{"CommandId": c.id, "InstanceId": id, "Status": "InProgress", "StatusDetails": "InProgress"}
	if !ended {
		return invocation
	}
	output := answer.stdout
	if answer.stderr != "" {
		output += errorTitle + answer.stderr
	}
	if len(output) > maxListedOutput {
		output = output[:maxListedOutput-len(stdoutCut)] + stdoutCut
	}
	details := answer.details
	if details == "" {
		details = answer.status
	}
	invocation["Status"], invocation["StatusDetails"] = answer.status, details
	invocation["CommandPlugins"] = []any{map[string]any{
		"Name": "aws:runShellScript", "Output": output, "ResponseCode": answer.exit,
		"ResponseStartDateTime":  float64(c.requested.UnixMilli()) / 1000,
		"ResponseFinishDateTime": float64(c.requested.Add(answer.after).UnixMilli()) / 1000,
	}}
	return invocation
}

func (f *fakeSSM) getInvocation(body fakeRequest) map[string]any {
	answer, _ := f.node(f.find(body.CommandId), body.InstanceId)
	return map[string]any{
		"StandardOutputContent": answer.stdout[:min(len(answer.stdout), maxStdout)],
		"StandardErrorContent":  answer.stderr[:min(len(answer.stderr), maxStderr)],
	}
}

func (f *fakeSSM) describe(body fakeRequest) map[string]any {
	var all []any
	for _, id := range body.Filters[0].Values {
		if !f.offline[id] {
			all = append(all, map[string]any{"InstanceId": id, "PingStatus": "Online"})
		}
	}
	return page("InstanceInformationList", all, body)
}

// page gives a page of a list; the token is the index of the next item.
func page(name string, all []any, body fakeRequest) map[string]any {
	start, _ := strconv.Atoi(body.NextToken)
	size := body.MaxResults
	if size == 0 {
		size = 50
	}
	end := min(start+size, len(all))
	answer := map[string]any{name: all[start:end]}
	if end < len(all) {
		answer["NextToken"] = strconv.Itoa(end)
	}
	return answer
}

func ok(answer map[string]any) (int, []byte) {
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return 200, body
}

func errorBody(status int, code, message string) (int, []byte) {
	answer := map[string]any{"__type": code}
	if message != "" {
		answer["message"] = message
	}
	_, body := ok(answer)
	return status, body
}

func failure(request *http.Request, status int, code, message string) *http.Response {
	_, body := errorBody(status, code, message)
	return response(request, status, body)
}

func response(request *http.Request, status int, body []byte) *http.Response {
	return &http.Response{
		StatusCode:    status,
		Header:        http.Header{"Content-Type": {"application/x-amz-json-1.1"}},
		Body:          io.NopCloser(bytes.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       request,
	}
}

// outcome is what a run gave, sorted by kind.
type outcome struct {
	results  []Result
	sent     []Sent
	lost     []AnswerLost
	progress []Progress
	skipped  []Skipped
	stopped  []Stopped
	cancels  []CancelSent
	finished Finished
	err      error
}

// runPlan applies a plan to the end and checks what every run must keep: each target appears exactly once, and no node
// ran the script twice.
func runPlan(ctx context.Context, t *testing.T, ssm *fakeSSM, plan Plan) outcome {
	t.Helper()
	var got outcome
	for event, err := range NewRunner(ssm.config()).Run(ctx, plan) {
		if err != nil {
			got.err = err
			continue
		}
		got.add(event)
	}
	checkEachTargetOnce(t, plan, got)
	ran := make(map[string]int)
	for _, c := range ssm.commands {
		for _, id := range c.instances {
			if ran[id]++; ran[id] > 1 {
				t.Errorf("%s was sent to %d times", id, ran[id])
			}
		}
	}
	return got
}

func (o *outcome) add(event Event) {
	switch event := event.(type) {
	case NodeDone:
		o.results = append(o.results, event.Result)
	case Sent:
		o.sent = append(o.sent, event)
	case AnswerLost:
		o.lost = append(o.lost, event)
	case Progress:
		o.progress = append(o.progress, event)
	case Skipped:
		o.skipped = append(o.skipped, event)
	case Stopped:
		o.stopped = append(o.stopped, event)
	case CancelSent:
		o.cancels = append(o.cancels, event)
	case Finished:
		o.finished = event
	}
}

func checkEachTargetOnce(t *testing.T, plan Plan, got outcome) {
	t.Helper()
	seen := make(map[string]int)
	for _, result := range got.results {
		seen[result.InstanceID]++
	}
	for _, skipped := range got.skipped {
		seen[skipped.InstanceID]++
	}
	for _, stopped := range got.stopped {
		for _, target := range stopped.NeverSent {
			seen[target.InstanceID]++
		}
	}
	for _, batch := range plan.Batches {
		for _, target := range batch.Targets {
			if seen[target.InstanceID] != 1 {
				t.Errorf("%s appears %d times in the events, want once", target.InstanceID, seen[target.InstanceID])
			}
		}
	}
	total := got.finished.Skipped + got.finished.NeverSent
	for _, n := range got.finished.Outcomes {
		total += n
	}
	if total != plan.Nodes() || got.finished.Nodes != plan.Nodes() {
		t.Errorf("the summary counts %d of %d nodes, want %d", total, got.finished.Nodes, plan.Nodes())
	}
}

// targetsOf makes n targets with distinct ids, named web-1 and on.
func targetsOf(n int) []Target {
	targets := make([]Target, n)
	for i := range targets {
		targets[i] = Target{InstanceID: fmt.Sprintf("i-%017x", i+1), Name: fmt.Sprintf("web-%d", i+1)}
	}
	return targets
}

func mustPlan(t testing.TB, req Request) Plan {
	t.Helper()
	key, err := NewKey(time.Now(), strings.NewReader("0123456789"))
	if err != nil {
		t.Fatal(err)
	}
	if req.Script == "" {
		req.Script = "uptime"
	}
	plan, err := NewPlan(key, req)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func mustLimit(t testing.TB, text string) Limit {
	t.Helper()
	limit, err := ParseErrors(text)
	if err != nil {
		t.Fatal(err)
	}
	return limit
}
