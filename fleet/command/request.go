package command

import (
	"fmt"
	"strconv"
	"time"
)

// Target is one machine that a command is for.
type Target struct {
	// InstanceID is the id that SSM knows the machine by: i-… for an EC2 instance.
	InstanceID string `json:"id"`
	// Name is what people call the machine; it may be empty.
	Name string `json:"name,omitempty"`
}

// Label is the machine's name, or its id where it has none.
func (t Target) Label() string {
	if t.Name == "" {
		return t.InstanceID
	}
	return t.Name
}

// Request says what to run where. The zero value of each field but Targets, and Script or Document, is a default that is stated there.
type Request struct {
	// Targets are the machines, in the order in which they are sent to. An id that is named twice is sent to once.
	Targets []Target
	// Script is shell text; [ScriptOf] makes it from the words of a command line.
	Script string
	// Document is run in place of a Script, with Parameters; see [FetchDocument]. Its steps say how long they may run.
	Document   Document
	Parameters map[string][]string
	// ExecutionTimeout is how long the script may run on a node before the agent kills it: 5 s to 48 h, in whole
	// seconds; 1 h where zero.
	ExecutionTimeout time.Duration
	// DeliveryTimeout is how long SSM tries to hand the command to a node: 30 s to 30 days, in whole seconds; 60 s where
	// zero.
	DeliveryTimeout time.Duration
	// MaxConcurrency is how many nodes may run the script at the same time, over the whole selection; all where zero.
	MaxConcurrency Limit
	// MaxErrors is how many nodes may fail before no further one is sent to, over the whole selection; all where zero.
	MaxErrors Limit
	// Comment is the user's text in the comment of each command, cut so that the whole has at most 100 characters.
	Comment string
}

// The defaults of a Request, and the ranges that the service and the agent take.
const (
	// DefaultExecutionTimeout is the default of the parameter executionTimeout of AWS-RunShellScript.
	DefaultExecutionTimeout = time.Hour
	// DefaultDeliveryTimeout is ours: SSM's is an hour, which is long to wait for a node that does not answer.
	DefaultDeliveryTimeout = time.Minute

	// The agent takes 5 s to 48 h, and an hour instead of whatever is out of that range (aws/amazon-ssm-agent,
	// agent/plugins/pluginutil); the document's allowedPattern has the same upper end.
	minExecutionTimeout = 5 * time.Second
	maxExecutionTimeout = 48 * time.Hour
	// API reference, SendCommand, TimeoutSeconds: 30 to 2592000.
	minDeliveryTimeout = 30 * time.Second
	maxDeliveryTimeout = 30 * 24 * time.Hour
)

// Field names a part of a Request.
type Field string

// The fields that a RequestError may name.
const (
	FieldTargets          Field = "targets"
	FieldScript           Field = "script"
	FieldParameters       Field = "parameters"
	FieldExecutionTimeout Field = "execution timeout"
	FieldDeliveryTimeout  Field = "delivery timeout"
)

// RequestError says that no plan can be made of a request, because of one field.
type RequestError struct {
	Field   Field
	Problem string
	// Reference is the reference to a parameter in the script, where that is the problem.
	Reference string
}

// Error gives the field and what is wrong with it.
func (e *RequestError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Problem) }

// Check says what of the request no plan can be made of, all but its targets: so that a bad one is refused before
// anybody is asked which machines there are. The error is a [RequestError].
func (r Request) Check() error {
	if r.Document.Name == "" {
		if err := checkScript(r.Script); err != nil {
			return err
		}
	} else if err := r.Document.check(r.Parameters); err != nil {
		return err
	}
	_, _, err := r.timeouts()
	return err
}

// parameters are the document's. Of another document than the shell's only those that were given are sent: the defaults are
// the document's own.
func (r Request) parameters(execution int) map[string][]string {
	if r.Document.Name != "" {
		return r.Parameters
	}
	return map[string][]string{"commands": {r.Script}, "executionTimeout": {strconv.Itoa(execution)}}
}

// timeouts gives both timeouts in seconds.
func (r Request) timeouts() (execution, delivery int, err error) {
	if r.Document.Name != "" {
		execution = int(r.Document.timeout(r.Parameters) / time.Second)
	} else if execution, err = wholeSeconds(FieldExecutionTimeout,
		r.ExecutionTimeout, DefaultExecutionTimeout, minExecutionTimeout, maxExecutionTimeout); err != nil {
		return 0, 0, err
	}
	delivery, err = wholeSeconds(FieldDeliveryTimeout,
		r.DeliveryTimeout, DefaultDeliveryTimeout, minDeliveryTimeout, maxDeliveryTimeout)
	return execution, delivery, err
}

// wholeSeconds gives a timeout in seconds, or says why SSM would not take it.
func wholeSeconds(field Field, given, standard, least, most time.Duration) (int, error) {
	if given == 0 {
		given = standard
	}
	switch {
	case given < least || given > most:
		return 0, &RequestError{Field: field, Problem: fmt.Sprintf("%s is not between %s and %s", given, least, most)}
	case given%time.Second != 0:
		return 0, &RequestError{Field: field, Problem: fmt.Sprintf("%s is not a whole number of seconds", given)}
	}
	return int(given / time.Second), nil
}
