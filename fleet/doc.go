// Package fleet says which machines: a [Selector] is what a user typed, an [Inventory] finds the [Instance] values that it
// means, and [Guard] decides whether a command may touch so many of them without asking.
//
//	selector, err := fleet.Parse([]string{"role=web,state=running"})
//	listing, err := fleet.NewInventory(cfg).List(ctx, selector, fleet.ListOptions{})
//
// What is done to machines stands in the packages below it: fleet/launch, fleet/power, fleet/command. This package changes
// nothing in AWS and prints nothing.
package fleet
