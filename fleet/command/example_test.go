package command_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/musterhq/muster/fleet"
	"github.com/musterhq/muster/fleet/command"
	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func ExampleScriptOf() {
	text, _ := command.ScriptOf([]string{"df -h | tail -1"})
	words, _ := command.ScriptOf([]string{"grep", "-r", "a b", "/etc"})
	fmt.Println(text)
	fmt.Println(words)
	// Output:
	// df -h | tail -1
	// grep -r 'a b' /etc
}

func ExampleNewPlan() {
	limit, _ := command.ParseErrors("10%")
	plan, err := command.NewPlan("01ARZ3NDEKTSV4RRFFQ69G5FAV", command.Request{
		Targets:   []command.Target{{InstanceID: "i-0123456789abcdef0", Name: "web-1"}},
		Script:    "uptime",
		MaxErrors: limit,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(plan.Nodes(), plan.Document, plan.Parameters["commands"], plan.MaxErrors)
	// Output:
	// 1 AWS-RunShellScript [uptime] 0
}

func ExampleParseComment() {
	key, mark, ok := command.ParseComment("01ARZ3NDEKTSV4RRFFQ69G5FAV/3 patch day")
	fmt.Println(key.Time().Format(time.DateOnly), mark, ok)
	// Output:
	// 2016-07-30 3 true
}

func ExampleRunner_Run() {
	server := mock.New(world.Settings{Lag: new(time.Duration(0))})
	_, err := server.Seed(mock.Here, mock.Fleet{Groups: []mock.Group{{Count: 3, Name: "web-#"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, cfg := context.Background(), server.Config()
	listing, err := fleet.NewInventory(cfg).List(ctx, fleet.All(), fleet.ListOptions{Nodes: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	key, _ := command.NewKey(time.Now(), strings.NewReader("0123456789")) // crypto/rand.Reader but in an example
	plan, err := command.NewPlan(key, command.Request{
		Targets: command.Select(listing, fleet.All()).Targets,
		Script:  "echo hello",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var fold command.Fold
	for event, err := range command.NewRunner(cfg).Run(ctx, plan) {
		if err != nil {
			fmt.Println(err)
			return
		}
		if done, ok := event.(command.NodeDone); ok {
			fold.Add(done.Result)
		}
	}
	for _, group := range fold.Groups() {
		fmt.Printf("%d %s: %s", len(group.Targets), group.Outcome, group.Stdout)
	}
	// Output:
	// 3 succeeded: hello
}
