package ssm

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/world"
)

// start is the agent taking up a document that it was given.
func (s *Service) start(a *account, c *command, inv *invocation, n *managed) {
	inv.Status, inv.Details = types.CommandInvocationStatusInProgress, "InProgress"
	inv.Started, inv.Boots = s.world.Now(), n.Boots
	s.proceed(a, c, inv, n)
}

// proceed skips, fails or starts steps, until one runs or none is left. A failed step
// does not end the document by itself.
func (s *Service) proceed(a *account, c *command, inv *invocation, n *managed) {
	for ; inv.Next < len(c.Tasks); inv.Next++ {
		st := inv.Steps[inv.Next]
		what, why := c.judge(inv, n.platform())
		st.Started = s.world.Now()
		switch what {
		case skipStep:
			st.Skipped = true
			st.end(types.CommandPluginStatusSuccess, 0, st.Started) // assumed: the API has no word for skipped
			st.Output = combined(why, "")
		case failStep:
			st.end(types.CommandPluginStatusFailed, codeNotRun, st.Started)
			st.Output = combined(why, "")
		default:
			s.run(a, c, inv, n)
			return
		}
	}
	after := s.world.Delay(replyDelay)
	if inv.Started != s.world.Now() {
		after = 0 // the end of the last step was reported with that delay
	}
	finish.After(s.world, after, a.Scope, invocationRef{c.ID, inv.NodeID})
}

// run starts the step whose turn it is. It runs to its end at once; the end is published
// when the clock has reached it.
func (s *Service) run(a *account, c *command, inv *invocation, n *managed) {
	st, t := inv.Steps[inv.Next], c.Tasks[inv.Next]
	st.Status, st.Details, st.Began = types.CommandPluginStatusInProgress, "InProgress", s.world.Now()
	ref := stepRef{invocationRef{c.ID, inv.NodeID}, inv.Boots}
	compute, refused := s.action(c, t).begin(s, job{a, n, c, t, st.Began})
	if refused != "" {
		st.Result = &node.Result{ExitCode: codeNotRun, Chunks: []node.Chunk{{Stream: node.Stderr, Data: refused}}}
		stepped.After(s.world, s.world.Delay(replyDelay), a.Scope, ref)
		return
	}
	var result node.Result
	s.world.Work(
		func() { result = compute() },
		func() {
			result.Limit = nil // a script that reached one has used up its timeout
			if result.ExitCode != 0 && !result.TimedOut && result.ExitCode != n.rebootCode() {
				// The agent's own last line of a failed script.
				result.Chunks = append(result.Chunks, node.Chunk{At: result.Duration, Stream: node.Stderr, Data: fmt.Sprintf("failed to run commands: exit status %d", result.ExitCode)})
			}
			st.Result = &result
			if down := result.Shutdown; down != nil {
				guestDown.After(s.world, max(down.After, s.world.Delay(world.WorkSpan)), a.Scope, guestEvent{agentEvent{inv.NodeID, inv.Boots}, down.Reboot})
			}
			stepped.After(s.world, result.Duration+s.world.Delay(replyDelay), a.Scope, ref)
		})
}

// stepped takes the agent's report of a step, and lets the agent go on.
func (s *Service) stepped(sc world.Scope, e stepRef) {
	a := s.in(sc)
	c, inv := a.invocation(e.invocationRef)
	if inv == nil || inv.Status != types.CommandInvocationStatusInProgress || !a.answers(inv) || inv.Boots != e.Boots {
		return
	}
	n, st, t := a.nodes[e.NodeID], inv.Steps[inv.Next], c.Tasks[inv.Next]
	result := *st.Result
	if result.ExitCode == n.rebootCode() && !result.TimedOut {
		if before := s.action(c, t).reboots; before != nil {
			before(s, job{a, n, c, t, st.Began}, result)
		}
		s.rebootFor(a, inv, n)
		return
	}
	st.conclude(t, result, s.world.Now())
	if end := s.action(c, t).end; end != nil {
		end(s, job{a, n, c, t, st.Began}, result)
	}
	inv.Next++
	s.proceed(a, c, inv, n)
}

// answers says whether the node that runs a step is still the boot that started it.
func (a *account) answers(inv *invocation) bool {
	n := a.nodes[inv.NodeID]
	return n != nil && n.Boots == inv.Boots && inv.Next < len(inv.Steps) && inv.Steps[inv.Next].Result != nil
}

// The agent's remarks on a step that ends the document.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/framework/runpluginutil/runpluginutil.go
const (
	remarkSuccess = "\nStep exited with code 168. Therefore, marking step as succeeded. Further document steps will be skipped."
	remarkFailure = "\nStep exited with code 169. Therefore, marking step as Failed. Further document steps will be skipped."
	remarkProp    = "\nStep was found to have onFailure property. Further document steps will be skipped."
)

// conclude puts the result of a step into the service's words.
func (st *step) conclude(t task, r node.Result, at time.Time) {
	status, code := types.CommandPluginStatusSuccess, r.ExitCode
	stdout, stderr := r.Output()
	stdout, stderr = st.Before.Stdout+stdout, st.Before.Stderr+stderr
	output := combined(cutStdout(stdout), cutStderr(stderr)) // without the remarks, as the agent has it
	switch {
	case r.TimedOut:
		status, code = types.CommandPluginStatusTimedOut, codeKilled
	case code == codeSuccessAndExit:
		stdout, stderr = stdout+remarkSuccess, ""
	case code == codeFailureAndExit:
		status, stdout, stderr = types.CommandPluginStatusFailed, stdout+remarkFailure, stderr+remarkFailure
	case code != 0 && t.OnFailure == "successAndExit":
		code, stdout, stderr = codeSuccessAndExit, stdout+remarkProp, stderr+remarkProp
	case code != 0 && t.OnFailure == "exit":
		status, stdout, stderr = types.CommandPluginStatusFailed, stdout+remarkProp, stderr+remarkProp
	case code != 0:
		status = types.CommandPluginStatusFailed
	}
	st.report(stdout, stderr)
	st.Output = output
	st.end(status, code, at)
}

// report keeps what the lists and GetCommandInvocation show of a step's output.
func (st *step) report(stdout, stderr string) {
	st.Stdout, st.Stderr = cutStdout(stdout), cutStderr(stderr)
	st.Output = combined(st.Stdout, st.Stderr)
}

// end puts a step into a final status.
func (st *step) end(status types.CommandPluginStatus, code int, at time.Time) {
	st.Status, st.Details, st.Code, st.Ended, st.Result = status, string(status), code, at, nil
	if status == types.CommandPluginStatusTimedOut {
		st.Details = executionTimedOut
	}
}

func (st *step) ended() bool {
	return st.Status != types.CommandPluginStatusPending && st.Status != types.CommandPluginStatusInProgress
}

// finish takes the agent's report of the whole document.
func (s *Service) finish(sc world.Scope, e invocationRef) {
	a := s.in(sc)
	c, inv := a.invocation(e)
	if inv == nil || inv.Status != types.CommandInvocationStatusInProgress || inv.Next < len(c.Tasks) {
		return
	}
	status, details := inv.outcome()
	inv.end(status, details, s.world.Now())
	s.fill(a, c)
}

// outcome is the status of a document whose steps have ended: the worst of theirs.
// https://github.com/aws/amazon-ssm-agent/blob/mainline/agent/contracts/aggregator.go
func (inv *invocation) outcome() (types.CommandInvocationStatus, string) {
	for _, worst := range []types.CommandPluginStatus{types.CommandPluginStatusFailed, types.CommandPluginStatusTimedOut, types.CommandPluginStatusCancelled} {
		for _, st := range inv.Steps {
			if st.Status == worst {
				return types.CommandInvocationStatus(worst), st.Details
			}
		}
	}
	return types.CommandInvocationStatusSuccess, "Success"
}

// killed takes the agent's report of a cancelled document: what the step that ran had
// printed by then. The steps after it were never begun.
func (s *Service) killed(sc world.Scope, e invocationRef) {
	a := s.in(sc)
	c, inv := a.invocation(e)
	if inv == nil || inv.Status != types.CommandInvocationStatusCancelling || !a.answers(inv) {
		return
	}
	st := inv.Steps[inv.Next]
	stdout, stderr, _ := st.Result.Until(s.world.Now().Sub(st.Began))
	st.report(st.Before.Stdout+stdout, st.Before.Stderr+stderr)
	st.end(types.CommandPluginStatusCancelled, codeKilled, s.world.Now())
	for _, st := range inv.Steps[inv.Next+1:] {
		st.end(types.CommandPluginStatusCancelled, codeNotRun, s.world.Now())
	}
	inv.end(types.CommandInvocationStatusCancelled, "Cancelled", s.world.Now())
	s.fill(a, c)
}
