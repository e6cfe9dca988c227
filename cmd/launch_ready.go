package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/musterhq/muster/account"
	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/fleet/launch"
)

// readyScript asks cloud-init, which runs the user data, to say when and how the first start has ended. Its exit codes are
// 0 for done, 1 for a failure and 2 for errors that it went on after (https://docs.cloud-init.io, "Return codes"). An image
// without it has nothing to wait for.
const readyScript = `command -v cloud-init >/dev/null || exit 0
cloud-init status --wait --long`

// cloudInitRecovered is cloud-init's exit code for a start that is complete, with errors on the way.
const cloudInitRecovered = 2

// awaitReady waits until the user data of the instances that take commands has run, and notes in the results where it failed.
func (env *Env) awaitReady(ctx context.Context, scope *account.Scope, results []launch.Result, timeout time.Duration) error {
	byID := map[string]*launch.Result{}
	var targets []command.Target
	for i := range results {
		if r := &results[i]; r.Err == nil {
			byID[r.Instance.ID] = r
			targets = append(targets, command.Target{InstanceID: r.Instance.ID, Name: r.Instance.Name})
		}
	}
	if len(targets) == 0 {
		return nil
	}
	key, err := command.NewKey(time.Now(), rand.Reader)
	if err != nil {
		return err
	}
	plan, err := command.NewPlan(key, command.Request{
		Targets: targets, Script: readyScript, Comment: "muster launch --wait ready", ExecutionTimeout: max(timeout.Truncate(time.Second), time.Minute),
	})
	if err != nil {
		return err
	}
	env.notef("launch: waiting for the user data of %s", count(len(targets), "instance"))
	for event, err := range command.NewRunner(scope.Config).Run(ctx, plan) {
		if err != nil {
			return err
		}
		switch event := event.(type) {
		case command.NodeDone:
			byID[event.InstanceID].Err = env.readiness(event.Result)
		case command.Skipped:
			byID[event.InstanceID].Err = errors.New("it was not asked whether it is ready: " + event.Reason)
		}
	}
	return nil
}

// readiness reads what a node answered to readyScript.
func (env *Env) readiness(r command.Result) error {
	switch {
	case r.OK():
		return nil
	case r.Outcome == command.Failed && r.ExitCode == cloudInitRecovered:
		env.warnf("%s: cloud-init met errors and went on: %s", r.Label(), oneLine(r.Stdout))
		return nil
	case r.Outcome == command.Failed:
		return fmt.Errorf("its user data failed: %s", oneLine(cmp.Or(r.Stdout, r.Stderr)))
	}
	return fmt.Errorf("whether it is ready is not known: %s", r.Outcome)
}
