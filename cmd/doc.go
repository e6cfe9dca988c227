// Package cmd is the command line of muster: it turns arguments into calls of the domain packages and their answers into
// tables, JSON and exit codes.
//
// Start with [Main], which runs one invocation, and [Env], which is everything that an invocation knows of its process.
// Each command is one file with three parts: a constructor newXCommand that describes it to cobra, a struct xOptions that
// holds its flags, and a function runX that does the work and knows nothing of cobra.
//
//	os.Exit(cmd.Main(os.Args[1:], cmd.OSEnv()))
//
// It decides nothing about AWS: which machines, what may be done to them and how it is done belong to package fleet and
// the packages below it. No other package imports it, except the programs in cmd/NAME.
package cmd
