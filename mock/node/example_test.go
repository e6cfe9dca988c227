package node_test

import (
	"context"
	"fmt"
	"time"

	"github.com/musterhq/muster/mock/node"
)

func ExampleMachine_Run() {
	boot := time.Date(2026, time.November, 22, 10, 0, 0, 0, time.UTC)
	m := node.New(node.Config{InstanceID: "i-0123456789abcdef0", PrivateIP: "172.31.5.9", BootTime: boot})

	r := m.Run(context.Background(), node.Script{
		Text:    "hostname; sleep 90; uptime -p; cat /nofile",
		Start:   boot.Add(time.Hour),
		Timeout: 10 * time.Minute,
	})
	for _, c := range r.Chunks {
		fmt.Printf("%-6v %v: %s", c.At, c.Stream, c.Data)
	}
	fmt.Println("exit code", r.ExitCode, "after", r.Duration)
	// Output:
	// 0s     stdout: ip-172-31-5-9.ec2.internal
	// 1m30s  stdout: up 1 hour, 1 minute
	// 1m30s  stderr: cat: /nofile: No such file or directory
	// exit code 1 after 1m30s
}

func ExampleResult_Until() {
	m := node.New(node.Config{})
	r := m.Run(context.Background(), node.Script{Text: "echo started; sleep 60; echo done"})

	stdout, _, ended := r.Until(20 * time.Second) // a cancel after 20 seconds
	fmt.Printf("%q %v\n", stdout, ended)
	// Output: "started\n" false
}
