package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestPlanIsPlainData(t *testing.T) {
	plan, err := NewPlan(testKey, Request{Targets: targetsOf(2), Script: "uptime", Comment: "who is up"})
	if err != nil {
		t.Fatal(err)
	}
	want := Plan{
		Key:                     testKey,
		Document:                "AWS-RunShellScript",
		Parameters:              map[string][]string{"commands": {"uptime"}, "executionTimeout": {"3600"}},
		Comment:                 "who is up",
		ExecutionTimeoutSeconds: 3600,
		DeliveryTimeoutSeconds:  60,
		MaxConcurrency:          2,
		MaxErrors:               2,
		ParallelBatches:         1,
		Batches:                 []Batch{{Mark: "1", MaxConcurrency: 2, Targets: targetsOf(2)}},
	}
	if diff := cmp.Diff(want, plan); diff != "" {
		t.Error(diff)
	}
	data, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	var read Plan
	if err := json.Unmarshal(data, &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plan, read); diff != "" {
		t.Errorf("the plan changes on its way through JSON:\n%s", diff)
	}
	if plan.Script() != "uptime" || (Plan{}).Script() != "" {
		t.Errorf("script %q", plan.Script())
	}
}

// Batches are as large as the concurrency allows, and what may run at the same time is never more than was asked for.
func TestPlanCutsBatches(t *testing.T) {
	tests := []struct {
		nodes       int
		concurrency string
		sizes       string
		parallel    int
		each        int // concurrency of the first batch
	}{
		{1, "", "1", 1, 1},
		{50, "", "50", 1, 50},
		{51, "", "50 1", 2, 50},
		{120, "", "50 50 20", 3, 50},
		{120, "100%", "50 50 20", 3, 50},
		{120, "10", "50 50 20", 1, 10},
		{120, "50", "50 50 20", 1, 50},
		{120, "60", "30 30 30 30", 2, 30},
		{120, "51", "25 25 25 25 20", 2, 25},
		{120, "100", "50 50 20", 2, 50},
		{120, "1%", "50 50 20", 1, 1},
		{3, "1%", "3", 1, 1},
		{3, "1000", "3", 1, 3},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%d nodes, %s", test.nodes, test.concurrency), func(t *testing.T) {
			req := Request{Targets: targetsOf(test.nodes), Script: "true"}
			if test.concurrency != "" {
				req.MaxConcurrency = mustLimit(t, test.concurrency)
			}
			plan := mustPlan(t, req)
			var sizes []string
			together := 0
			for i, batch := range plan.Batches {
				sizes = append(sizes, fmt.Sprint(len(batch.Targets)))
				if batch.Mark != fmt.Sprint(i+1) {
					t.Errorf("batch %d is marked %s", i+1, batch.Mark)
				}
				if i < plan.ParallelBatches {
					together += batch.MaxConcurrency
				}
			}
			if strings.Join(sizes, " ") != test.sizes || plan.ParallelBatches != test.parallel ||
				plan.Batches[0].MaxConcurrency != test.each {
				t.Errorf("batches of %v, %d in parallel, %d nodes of the first at a time", sizes,
					plan.ParallelBatches, plan.Batches[0].MaxConcurrency)
			}
			if together > plan.MaxConcurrency || plan.Nodes() != test.nodes {
				t.Errorf("%d at the same time of %d, %d nodes", together, plan.MaxConcurrency, plan.Nodes())
			}
		})
	}
}

func TestPlanSendsToANodeOnce(t *testing.T) {
	twice := append(targetsOf(3), targetsOf(2)...)
	if plan := mustPlan(t, Request{Targets: twice}); plan.Nodes() != 3 {
		t.Errorf("%d nodes, want 3", plan.Nodes())
	}
}

func TestPlanRefuses(t *testing.T) {
	one := targetsOf(1)
	tests := map[string]struct {
		req   Request
		field Field
	}{
		"no targets":          {Request{Script: "true"}, FieldTargets},
		"target without id":   {Request{Script: "true", Targets: []Target{{Name: "web-1"}}}, FieldTargets},
		"no script":           {Request{Targets: one}, FieldScript},
		"execution too short": {Request{Targets: one, Script: "true", ExecutionTimeout: 4 * time.Second}, FieldExecutionTimeout},
		"execution too long":  {Request{Targets: one, Script: "true", ExecutionTimeout: 49 * time.Hour}, FieldExecutionTimeout},
		"execution negative":  {Request{Targets: one, Script: "true", ExecutionTimeout: -time.Hour}, FieldExecutionTimeout},
		"execution fraction":  {Request{Targets: one, Script: "true", ExecutionTimeout: 5500 * time.Millisecond}, FieldExecutionTimeout},
		"delivery too short":  {Request{Targets: one, Script: "true", DeliveryTimeout: 29 * time.Second}, FieldDeliveryTimeout},
		"delivery too long":   {Request{Targets: one, Script: "true", DeliveryTimeout: 800 * time.Hour}, FieldDeliveryTimeout},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := NewPlan(testKey, test.req)
			if problem, ok := errors.AsType[*RequestError](err); !ok || problem.Field != test.field {
				t.Errorf("error %v, want one of %s", err, test.field)
			}
		})
	}
}

func TestPlanThatWasTamperedWithIsNotApplied(t *testing.T) {
	tests := map[string]func(*Plan){
		"no key":          func(p *Plan) { p.Key = "" },
		"no document":     func(p *Plan) { p.Document = "" },
		"no timeout":      func(p *Plan) { p.DeliveryTimeoutSeconds = 0 },
		"nothing at once": func(p *Plan) { p.ParallelBatches = 0 },
		"negative errors": func(p *Plan) { p.MaxErrors = -1 },
		"empty batch":     func(p *Plan) { p.Batches[0].Targets = nil },
		"large batch":     func(p *Plan) { p.Batches[0].Targets = targetsOf(51) },
		"no concurrency":  func(p *Plan) { p.Batches[0].MaxConcurrency = 0 },
		"same mark twice": func(p *Plan) { p.Batches[1].Mark = p.Batches[0].Mark },
		"no mark":         func(p *Plan) { p.Batches[0].Mark = "" },
	}
	for name, tamper := range tests {
		t.Run(name, func(t *testing.T) {
			plan := mustPlan(t, Request{Targets: targetsOf(60)})
			if err := plan.Check(); err != nil {
				t.Fatal(err)
			}
			tamper(&plan)
			ssm := &fakeSSM{}
			for event, err := range NewRunner(ssm.config()).Run(t.Context(), plan) {
				if err == nil || event != nil {
					t.Errorf("event %v, error %v; want an error alone", event, err)
				}
			}
			if len(ssm.calls) > 0 {
				t.Errorf("calls %v", ssm.calls)
			}
		})
	}
}
