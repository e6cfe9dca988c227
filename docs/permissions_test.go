package docs

import (
	"encoding/json"
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestThePolicyAllowsWhatTheCommandsCall holds the README's IAM policy against the code: it lists the actions that the
// product calls, and none that it does not.
func TestThePolicyAllowsWhatTheCommandsCall(t *testing.T) {
	called := calledActions(loadModule(t))
	called = append(called, "ec2:CreateTags") // RunInstances needs it where it tags what it launches
	called = slices.DeleteFunc(called, func(action string) bool {
		return action == "sts:GetCallerIdentity" // needs no permission
	})
	slices.Sort(called)
	allowed := policyActions(t, filepath.Join("..", "README.md"))
	for _, action := range called {
		if !slices.Contains(allowed, action) {
			t.Errorf("the policy of the README lacks %s", action)
		}
	}
	for _, action := range allowed {
		if !slices.Contains(called, action) {
			t.Errorf("the policy of the README allows %s, which nothing calls", action)
		}
	}
}

// calledActions finds the actions by the input structs that are made for them, outside the mock.
func calledActions(m *module) []string {
	found := map[string]bool{}
	for _, p := range m.packages {
		if isMock(p.name) || strings.HasPrefix(p.name, "bench") {
			continue
		}
		for _, file := range p.product() {
			for n := range ast.Preorder(file.syntax) {
				if action := actionOf(file, n); action != "" {
					found[action] = true
				}
			}
		}
	}
	var actions []string
	for action := range found {
		actions = append(actions, action)
	}
	return actions
}

// actionOf is the action that a literal like ec2.StopInstancesInput{…} is for, such as "ec2:StopInstances".
func actionOf(file *sourceFile, n ast.Node) string {
	lit, ok := n.(*ast.CompositeLit)
	if !ok || lit.Type == nil {
		return ""
	}
	name := qualified(file, lit.Type)
	service, typ, _ := strings.Cut(strings.TrimPrefix(name, "github.com/aws/aws-sdk-go-v2/service/"), ".")
	operation, isInput := strings.CutSuffix(typ, "Input")
	if !strings.HasPrefix(name, "github.com/aws/aws-sdk-go-v2/service/") || !isInput {
		return ""
	}
	return service + ":" + operation
}

func policyActions(t *testing.T, file string) []string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```json\n(\\{\\s*\"Version\": \"2012-10-17\".*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatalf("%s has no policy", file)
	}
	var policy struct {
		Statement []struct {
			Effect   string
			Action   []string
			Resource any
		}
	}
	if err := json.Unmarshal(block[1], &policy); err != nil {
		t.Fatalf("the policy of %s: %v", file, err)
	}
	var actions []string
	for _, statement := range policy.Statement {
		actions = append(actions, statement.Action...)
	}
	return actions
}
