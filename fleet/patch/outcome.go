package patch

import (
	"context"
	"errors"

	"github.com/musterhq/muster/fleet/command"
)

// Outcome is what came of an operation on one machine.
type Outcome struct {
	command.Target
	// Command is what Run Command says of it.
	Command command.Result `json:"-"`
	// State is the report of this operation; nil where there is none.
	State *State `json:"report,omitempty"`
	// Installed are the packages that this operation installed, and Failed those that it was to install and are not.
	Installed []Patch `json:"installed,omitempty"`
	Failed    []Patch `json:"failed,omitempty"`
	// Printed is what the machine printed, where a baseline override keeps it from reporting.
	Printed string `json:"printed,omitempty"`
	// Rebooted says that the machine restarted: as Patch Manager documents it, after an installation that installed
	// something, or that found patches awaiting a restart. NeedsReboot says that patches await one now.
	Rebooted    bool `json:"rebooted"`
	NeedsReboot bool `json:"needsReboot"`
}

// OK says whether the operation ran, was reported, and installed all that it was to.
func (o Outcome) OK() bool {
	return o.Command.OK() && (o.Printed != "" || o.State != nil && o.State.Failed == 0)
}

// Outcomes joins the results of an operation with the reports, in the order of the results: a call for each 50 machines,
// and after an installation one for each machine on which something was installed or has failed. before are the reports of
// before the operation: a report that has not changed since is not this operation's.
func (r *Reader) Outcomes(ctx context.Context, req Request, results []command.Result, before map[string]State) ([]Outcome, error) {
	ids := make([]string, len(results))
	for i, result := range results {
		ids[i] = result.InstanceID
	}
	after, err := r.States(ctx, ids)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(results))
	var changed []string
	for i, result := range results {
		old, known := before[result.InstanceID]
		outcomes[i] = outcomeOf(result, old, known, after[result.InstanceID])
		if req.BaselineOverride != "" {
			outcomes[i].State, outcomes[i].Printed = nil, result.Stdout
		}
		if o := outcomes[i]; req.Operation == Install && o.State != nil && mayHaveChanged(old, known, *o.State) {
			changed = append(changed, result.InstanceID)
		}
	}
	patches, err := r.PatchesOf(ctx, changed, Installed, PendingReboot, Failed)
	for i := range outcomes {
		if old := before[outcomes[i].InstanceID]; outcomes[i].State != nil && req.Operation == Install {
			outcomes[i].judge(req, old, patches[outcomes[i].InstanceID])
		}
	}
	return outcomes, err
}

func outcomeOf(result command.Result, old State, known bool, now State) Outcome {
	o := Outcome{Target: result.Target, Command: result}
	if now.InstanceID != "" && (!known || now.Started.After(old.Started)) {
		o.State = &now
	}
	return o
}

// mayHaveChanged says whether the packages have to be read to know what an installation did: not where there was nothing
// to do, and the numbers are what they were.
func mayHaveChanged(old State, known bool, now State) bool {
	return !known || now.Failed > 0 || now.Installed != old.Installed || old.Missing > 0 || now.PendingReboot != old.PendingReboot
}

// judge sorts the packages of an installation's report.
func (o *Outcome) judge(req Request, old State, patches []Patch) {
	for _, p := range patches {
		switch {
		case p.State == Failed:
			o.Failed = append(o.Failed, p)
		case !p.InstalledAt.Before(o.State.Started):
			o.Installed = append(o.Installed, p)
		}
	}
	o.NeedsReboot = o.State.PendingReboot > 0
	o.Rebooted = req.Reboot != RebootNever && (len(o.Installed) > 0 || old.PendingReboot > 0 && !o.NeedsReboot)
}

func ctxEnded(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
