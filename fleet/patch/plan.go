package patch

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/command"
)

// Document is the SSM document that every plan uses.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-aws-runpatchbaseline.html
const Document = "AWS-RunPatchBaseline"

// Operation is what is done about patches.
type Operation string

// The operations of the document.
const (
	// Scan finds out what is missing and reports it; nothing on the machine changes.
	Scan Operation = "Scan"
	// Install installs what is missing, and reports.
	Install Operation = "Install"
)

// Reboot says when an installation restarts a machine.
type Reboot string

// The ways to restart.
const (
	// RebootIfNeeded restarts a machine on which something was installed, or on which patches of earlier installations
	// await a restart: whether they need one is not looked at. It is the document's own default.
	RebootIfNeeded Reboot = "if-needed"
	// RebootNever leaves what was installed to take effect with the next restart; until then, and until a scan after it,
	// those patches are reported as InstalledPendingReboot, and the machine does not comply.
	RebootNever Reboot = "never"
	// RebootAlways is RebootIfNeeded, and a restart by EC2 of the machines that had nothing to restart for. The document
	// has no such option: see [Outcome.Rebooted].
	RebootAlways Reboot = "always"
)

// Reboots returns all ways to restart.
func Reboots() []Reboot { return []Reboot{RebootIfNeeded, RebootNever, RebootAlways} }

// declared is what of the document matters here. AWS's has a step for each operating system, of which a machine runs one,
// and fixes how long it may take; a step that restarts its machine begins anew after it, so that it may take twice as long.
const declared = `{"schemaVersion": "2.2", "parameters": {
  "Operation": {"type": "String", "allowedValues": ["Scan", "Install"]},
  "RebootOption": {"type": "String", "allowedValues": ["RebootIfNeeded", "NoReboot"]},
  "BaselineOverride": {"type": "String", "default": ""}},
"mainSteps": [
  {"name": "Patch", "action": "aws:runShellScript", "inputs": {"timeoutSeconds": 7200, "runCommand": []}},
  {"name": "Again", "action": "aws:runShellScript", "inputs": {"timeoutSeconds": 7200, "runCommand": []}}]}`

// document is AWS-RunPatchBaseline, at its default version, as package command takes it.
func document() (command.Document, error) {
	content, err := documents.Parse([]byte(declared), documents.JSON)
	return command.Document{Name: Document, Content: content}, err
}

// overrideForm is what the document takes for its parameter BaselineOverride.
var overrideForm = regexp.MustCompile(`^https://.+$|^s3://([^/]+)/(.*?([^/]+))$`)

// Request says what to do where.
type Request struct {
	// Targets are the machines, as package command takes them.
	Targets []command.Target
	// Operation is Scan or Install.
	Operation Operation
	// Reboot counts for Install only; the zero value is RebootIfNeeded.
	Reboot Reboot
	// BaselineOverride is an https or s3 URL of a JSON list of baselines that take the place of those of the account. What
	// comes of it is printed by the machines, not reported.
	BaselineOverride string
	// MaxConcurrency and MaxErrors are those of package command.
	MaxConcurrency, MaxErrors command.Limit
	// Comment is the user's text in the comment of each command.
	Comment string
}

// Check says what of a request no plan can be made of, its targets left out.
func (r Request) Check() error {
	if r.BaselineOverride != "" && !overrideForm.MatchString(r.BaselineOverride) {
		return fmt.Errorf("baseline override %q is neither an https:// nor an s3:// address of a file, and Patch Manager takes no other", r.BaselineOverride)
	}
	if r.Reboot != "" && !slices.Contains(Reboots(), r.Reboot) {
		return fmt.Errorf("reboot %q is none of %v", r.Reboot, Reboots())
	}
	return nil
}

// Select divides a listing, which must have been made with its nodes, into the machines that can be patched and the others.
func Select(listing fleet.Listing, selector fleet.Selector) command.Selection {
	return command.SelectFor(command.Document{Name: Document}, listing, selector)
}

// NewPlan computes what is sent. It reads neither clock nor network.
func NewPlan(key command.Key, r Request) (command.Plan, error) {
	if err := r.Check(); err != nil {
		return command.Plan{}, err
	}
	doc, err := document()
	if err != nil {
		return command.Plan{}, err
	}
	return command.NewPlan(key, command.Request{
		Targets: r.Targets, Document: doc, Parameters: r.parameters(), Comment: r.Comment, MaxConcurrency: r.MaxConcurrency, MaxErrors: r.MaxErrors,
	})
}

func (r Request) parameters() map[string][]string {
	option := "RebootIfNeeded"
	if r.Operation == Scan || r.Reboot == RebootNever {
		option = "NoReboot"
	}
	p := map[string][]string{"Operation": {string(r.Operation)}, "RebootOption": {option}}
	if r.BaselineOverride != "" {
		p["BaselineOverride"] = []string{r.BaselineOverride}
	}
	return p
}
