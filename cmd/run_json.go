package cmd

import "github.com/musterhq/muster/fleet/command"

// The events of --output json: one line each, the event's name first, the members those of the event in package command.
type (
	leftOutEvent struct {
		Event string `json:"event"`
		command.LeftOut
	}
	sentEvent struct {
		Event string `json:"event"`
		command.Sent
	}
	answerLostEvent struct {
		Event       string  `json:"event"`
		WaitSeconds float64 `json:"waitSeconds"`
		command.AnswerLost
	}
	progressEvent struct {
		Event string `json:"event"`
		command.Progress
	}
	nodeEvent struct {
		Event string `json:"event"`
		command.Result
	}
	skippedEvent struct {
		Event string `json:"event"`
		command.Skipped
	}
	stoppedEvent struct {
		Event string `json:"event"`
		command.Stopped
	}
	cancelledEvent struct {
		Event string `json:"event"`
		command.CancelSent
	}
	finishedEvent struct {
		Event string `json:"event"`
		command.Finished
		// LeftOut is how many selected instances were left out before sending.
		LeftOut int `json:"leftOut"`
	}
)

// runEvent gives an event its name, for printEvent.
func runEvent(event command.Event, leftOut int) any {
	switch e := event.(type) {
	case command.Sent:
		return sentEvent{e.Kind(), e}
	case command.AnswerLost:
		return answerLostEvent{e.Kind(), e.Wait.Seconds(), e}
	case command.Progress:
		return progressEvent{e.Kind(), e}
	case command.NodeDone:
		return nodeEvent{e.Kind(), e.Result}
	case command.Skipped:
		return skippedEvent{e.Kind(), e}
	case command.Stopped:
		return stoppedEvent{e.Kind(), e}
	case command.CancelSent:
		return cancelledEvent{e.Kind(), e}
	case command.Finished:
		return finishedEvent{e.Kind(), e, leftOut}
	default:
		return struct {
			Event string `json:"event"`
		}{event.Kind()}
	}
}
