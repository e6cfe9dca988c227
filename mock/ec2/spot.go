package ec2

// spotOrder is what a launch asks for in the Spot market.
type spotOrder struct{}

func planSpot(l *launch, args launchArgs) error { return nil }
