package ec2

import (
	"time"

	"github.com/musterhq/muster/mock/wire"
)

// Hibernation: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-hibernate-overview.html

// hibernationDelay is the time from running to an instance that is ready to hibernate: its
// agent has to make room for the memory first. assumed: the figure; pages say "about two
// minutes".
const hibernationDelay = 2 * time.Minute

// stopCheck says whether an instance can be stopped, or hibernated.
func (s *Service) stopCheck(hibernate bool) func(*instance) error {
	return func(i *instance) error {
		if err := stoppable(i); err != nil || !hibernate {
			return err
		}
		switch {
		case !i.Hibernates: // text: github.com/aws-solutions/instance-scheduler-on-aws issue 510
			return wire.Errorf("UnsupportedHibernationConfiguration", "The instance can't be hibernated because it was not configured at launch for hibernation: %s", i.ID)
		case i.State == running && s.world.Now().Before(i.HibernatesAt): // text: github.com/drone-runners/drone-runner-aws, driver amazon
			return wire.Errorf("UnsupportedOperation", "Instance is not ready to hibernate yet, retry in a few minutes")
		}
		return nil
	}
}

// shutDown stops an instance, with or without its memory. That the operating system could
// not hibernate, and is shut down instead, is not modelled.
func (s *Service) shutDown(r *region, i *instance, hibernate bool) {
	code, text := "Client.UserInitiatedShutdown", "User initiated shutdown"
	if hibernate { // API_StateReason.html
		code, text = "Client.UserInitiatedHibernate", "User initiated hibernate"
	}
	i.because(s.world.Now(), code, text)
	r.markForStop(i, s.world.Now())
	i.PublicIP, i.Hibernated = r.elasticIP(i), hibernate
	s.begin(r, i, stopping, stopped, stopDelay)
}
