package command

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// maxBatch is how many instance ids one SendCommand takes (API reference, SendCommand, InstanceIds).
const maxBatch = 50

// ShellDocument is AWS's own document that runs shell text on Linux and macOS: what a plan uses that names no other.
const ShellDocument = "AWS-RunShellScript"

// Plan is what will be sent: which ids get what, in which SendCommand, under which limits. It is plain data, complete
// without the request that it came from.
type Plan struct {
	// Key names the run.
	Key Key `json:"key"`
	// Document is the SSM document that is run.
	Document string `json:"document"`
	// DocumentVersion is the number of the version that is run; empty: the default one of the moment.
	DocumentVersion string `json:"documentVersion,omitempty"`
	// Parameters are the document's.
	Parameters map[string][]string `json:"parameters"`
	// Comment is the user's text; in the comment of a command it follows the key, and is cut where it does not fit.
	Comment string `json:"comment,omitempty"`
	// ExecutionTimeoutSeconds is how long the script may run on a node.
	ExecutionTimeoutSeconds int `json:"executionTimeoutSeconds"`
	// DeliveryTimeoutSeconds is how long SSM tries to hand the command to a node.
	DeliveryTimeoutSeconds int `json:"deliveryTimeoutSeconds"`
	// MaxConcurrency is how many nodes may run the script at the same time, over all batches.
	MaxConcurrency int `json:"maxConcurrency"`
	// MaxErrors is how many nodes may fail before no further batch is sent, over all batches.
	MaxErrors int `json:"maxErrors"`
	// ParallelBatches is how many batches may be under way at the same time, so that MaxConcurrency is never exceeded.
	ParallelBatches int `json:"parallelBatches"`
	// Batches are the commands, in the order in which they are sent.
	Batches []Batch `json:"batches"`
}

// Batch is what one SendCommand is sent for.
type Batch struct {
	// Mark tells the batches of a run apart, in the comment of the command: "1" and on.
	Mark string `json:"mark"`
	// MaxConcurrency is how many of the batch's nodes may run at the same time.
	MaxConcurrency int `json:"maxConcurrency"`
	// Targets are the batch's nodes, at most 50.
	Targets []Target `json:"targets"`
}

// NewPlan computes the plan of a request. It reads neither clock nor network. A request that cannot be planned gives a
// [RequestError].
func NewPlan(key Key, req Request) (Plan, error) {
	targets, err := withoutDuplicates(req.Targets)
	if err != nil {
		return Plan{}, err
	}
	if err := req.Check(); err != nil {
		return Plan{}, err
	}
	execution, delivery, err := req.timeouts()
	if err != nil {
		return Plan{}, err
	}
	plan := Plan{
		Key:                     key,
		Document:                cmp.Or(req.Document.Name, ShellDocument),
		DocumentVersion:         req.Document.Version,
		Parameters:              req.parameters(execution),
		Comment:                 cleanComment(req.Comment),
		ExecutionTimeoutSeconds: execution,
		DeliveryTimeoutSeconds:  delivery,
		MaxConcurrency:          concurrencyOver(req.MaxConcurrency, len(targets)),
		MaxErrors:               errorsOver(req.MaxErrors, len(targets)),
	}
	plan.cut(targets)
	return plan, nil
}

// cut divides the targets into batches. Where all may run at once, or at most 50 may, batches are as large as they can
// be. Between, they are made smaller so that a whole number of them uses the concurrency that was asked for: of 60, two
// batches of 30, not one of 50.
func (p *Plan) cut(targets []Target) {
	p.ParallelBatches = (p.MaxConcurrency + maxBatch - 1) / maxBatch
	size := maxBatch
	if p.MaxConcurrency > maxBatch {
		size = p.MaxConcurrency / p.ParallelBatches
	}
	if p.MaxConcurrency == len(targets) {
		size = maxBatch
	}
	for chunk := range slices.Chunk(targets, size) {
		p.Batches = append(p.Batches, Batch{
			Mark:           strconv.Itoa(len(p.Batches) + 1),
			MaxConcurrency: min(p.MaxConcurrency, len(chunk)),
			Targets:        slices.Clip(chunk),
		})
	}
}

// Check says what is wrong with a plan that did not come from NewPlan, such as one that was read from a file.
func (p Plan) Check() error {
	_, err := ParseKey(string(p.Key))
	switch {
	case err != nil:
		return fmt.Errorf("plan: %w", err)
	case p.Document == "" || p.DeliveryTimeoutSeconds <= 0 || p.ExecutionTimeoutSeconds <= 0:
		return fmt.Errorf("plan %s: document or timeouts missing", p.Key)
	case p.ParallelBatches < 1 || p.MaxErrors < 0:
		return fmt.Errorf("plan %s: %d parallel batches and %d errors are no limits", p.Key, p.ParallelBatches, p.MaxErrors)
	}
	marks := make(map[string]bool)
	for _, batch := range p.Batches {
		switch n := len(batch.Targets); {
		case n == 0 || n > maxBatch || batch.MaxConcurrency < 1:
			return fmt.Errorf("plan %s, batch %q: %d nodes, %d at a time", p.Key, batch.Mark, n, batch.MaxConcurrency)
		case !isMark(batch.Mark) || marks[batch.Mark]:
			return fmt.Errorf("plan %s: batch mark %q is malformed or used twice", p.Key, batch.Mark)
		}
		marks[batch.Mark] = true
	}
	return nil
}

// Nodes is the number of nodes that the plan sends to.
func (p Plan) Nodes() int {
	nodes := 0
	for _, batch := range p.Batches {
		nodes += len(batch.Targets)
	}
	return nodes
}

// Script is the shell text that runs on each node; empty where another document runs.
func (p Plan) Script() string {
	if p.Document != ShellDocument || len(p.Parameters["commands"]) == 0 {
		return ""
	}
	return p.Parameters["commands"][0]
}

func concurrencyOver(limit Limit, nodes int) int {
	if limit.IsZero() {
		return nodes
	}
	return min(max(limit.Of(nodes), 1), nodes)
}

func errorsOver(limit Limit, nodes int) int {
	if limit.IsZero() {
		return nodes
	}
	return min(limit.Of(nodes), nodes)
}

func withoutDuplicates(targets []Target) ([]Target, error) {
	seen := make(map[string]bool, len(targets))
	var unique []Target
	for _, target := range targets {
		if target.InstanceID == "" {
			return nil, &RequestError{Field: FieldTargets, Problem: fmt.Sprintf("%q has no instance id", target.Name)}
		}
		if !seen[target.InstanceID] {
			seen[target.InstanceID] = true
			unique = append(unique, target)
		}
	}
	if len(unique) == 0 {
		return nil, &RequestError{Field: FieldTargets, Problem: "there are none"}
	}
	return unique, nil
}
