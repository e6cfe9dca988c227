// Command muster runs an EC2 fleet from a terminal or a pipeline. All of it is in package cmd.
package main

import (
	"os"

	"github.com/musterhq/muster/cmd"
)

func main() {
	os.Exit(cmd.Main(os.Args[1:], cmd.OSEnv()))
}
