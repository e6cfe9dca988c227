package cmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/musterhq/muster/fleet/command"
)

// script is the shell text to run: from the words after --, a file, or standard input.
func (o *runOptions) script(env *Env) (string, error) {
	switch {
	case o.scriptGiven && len(o.words) > 0:
		return "", usageError(errors.New("run: both --script and a command after --"), "give one of them")
	case o.scriptGiven:
		return readScript(env, o.scriptFile)
	case len(o.words) == 0:
		return "", usageError(errors.New("run: no command"),
			"muster run SELECTOR -- COMMAND", "muster run SELECTOR --script FILE", "muster run SELECTOR --document NAME")
	}
	if strings.TrimSpace(strings.Join(o.words, "")) == "" {
		return "", usageError(errors.New("run: the command after -- is empty"), "is a variable unset? muster run SELECTOR -- COMMAND")
	}
	script, err := command.ScriptOf(o.words)
	if err != nil {
		return "", usageError(fmt.Errorf("run: %w", err))
	}
	return script, nil
}

func readScript(env *Env, name string) (string, error) {
	var data []byte
	var err error
	switch name {
	case "":
		return "", usageErrorf("run: --script has no file name")
	case "-":
		data, err = io.ReadAll(env.Stdin)
	default:
		data, err = os.ReadFile(name)
	}
	if err != nil {
		return "", usageError(fmt.Errorf("run: read the script: %w", err), "is the path right, seen from this directory? --script - reads standard input")
	}
	return string(data), nil
}

// requestError turns what the domain says of a request into what a user typed.
func (o *runOptions) requestError(err error) error {
	refused, ok := errors.AsType[*command.RequestError](err)
	if !ok {
		return err
	}
	switch refused.Field {
	case command.FieldExecutionTimeout:
		return usageErrorf("run: --timeout: %s", refused.Problem)
	case command.FieldDeliveryTimeout:
		return usageErrorf("run: --delivery-timeout: %s", refused.Problem)
	case command.FieldScript:
		return o.scriptError(refused)
	case command.FieldParameters:
		return o.document.parametersError(refused)
	}
	return usageErrorf("run: %w", err)
}

func (o *runOptions) scriptError(refused *command.RequestError) error {
	what := "the command"
	switch {
	case o.scriptFile == "-":
		what = "the script from standard input"
	case o.scriptGiven:
		what = "script " + o.scriptFile
	}
	err := fmt.Errorf("run: %s: %s", what, refused.Problem)
	if refused.Reference != "" {
		return usageError(err, "read the parameter on the machine instead: "+
			"$(aws ssm get-parameter --name NAME --query Parameter.Value --output text)")
	}
	return usageError(err)
}
