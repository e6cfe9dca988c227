// Package patch scans machines for missing patches and installs them, through Patch Manager of AWS Systems Manager: the
// document AWS-RunPatchBaseline on each machine, and the reports that it uploads.
//
// Start with [NewPlan], which makes a [command.Plan] for package command to send, and with [Reader], which reads the
// reports: [Reader.States] for many machines in few calls, [Reader.Patches] for the packages of one. After an installation
// [Reader.Outcomes] says of each machine what was installed, what failed, and whether it restarted.
//
// Which patches are approved is decided by patch baselines in AWS, not here. The package asks nobody and prints nothing.
package patch
