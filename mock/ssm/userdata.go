package ssm

import (
	"context"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/world"
)

// cloudInit is a machine's first boot coming to its user data.
var cloudInit = world.Topic[agentEvent]{Name: "ssm:cloud-init"}

// initialize schedules the user data of a machine that boots for the first time.
func (s *Service) initialize(sc world.Scope, n *managed) {
	if !n.Initialized && len(n.Instance.UserData) > 0 {
		cloudInit.After(s.world, s.world.Delay(node.CloudInitAfter), sc, agentEvent{n.Instance.ID, n.Boots})
	}
}

// cloudInit runs the user data, once in the machine's life.
func (s *Service) cloudInit(sc world.Scope, e agentEvent) {
	n := s.in(sc).nodes[e.InstanceID]
	if n == nil || n.Boots != e.Boots || n.Initialized {
		return
	}
	n.Initialized = true
	data := node.UserData{Data: n.Instance.UserData, Start: s.world.Now(), Metadata: s.metadata(n)}
	var result node.Result
	s.world.Work(
		func() { result = n.Machine.RunUserData(context.Background(), data) },
		func() {
			if down := result.Shutdown; down != nil {
				guestDown.After(s.world, max(down.After, s.world.Delay(world.WorkSpan)), sc, guestEvent{e, down.Reboot})
			}
		})
}
