// Package command runs a shell script on many machines through Run Command of AWS Systems Manager (SSM).
//
// Start with [NewPlan], which turns a [Request] into a [Plan]: plain data that says exactly which instance ids get which
// script in which SendCommand, under which limits. Print it, save it, show it to somebody. Then [Runner.Run] applies it
// and yields an [Event] for whatever happens; a [Fold] groups the results of machines that answered the same.
//
//	key, err := command.NewKey(time.Now(), rand.Reader)
//	plan, err := command.NewPlan(key, command.Request{Targets: targets, Script: "uptime"})
//	for event, err := range command.NewRunner(cfg).Run(ctx, plan) {
//		…
//	}
//
// Three rules shape the package. What was planned is what is sent: targets are frozen ids, never a tag that AWS resolves
// later. Nothing is sent twice: SendCommand has no idempotency token, so each command carries a key in its comment, and
// a call whose answer was lost is looked up by that key before anything is sent again. And each machine is judged by its
// own invocation, never by the status of the command that it was part of.
//
// The package does not choose machines (package fleet does), does not print, and keeps no journal.
package command
