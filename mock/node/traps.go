package node

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/interp"
)

// setTrap is trap. Those for EXIT and ERR run in the interpreter; those for
// signals when the script signals itself, which is the only way one reaches it.
func (s *shell) setTrap(hc interp.HandlerContext, args []string) []string {
	rest := trimDashes(args[1:])
	switch {
	case len(rest) == 0:
		return s.listTraps(hc, nil)
	case rest[0] == "-p":
		return s.listTraps(hc, rest[1:])
	case strings.HasPrefix(rest[0], "-") && rest[0] != "-":
		return s.fail(hc, 2, "trap: %s: not simulated", rest[0])
	}
	action, names := rest[0], rest[1:]
	if len(rest) == 1 {
		action, names = "-", rest
	}
	text, fault, refusals := s.rewriteText(action)
	if fault != nil || len(refusals) > 0 {
		return s.fail(hc, 2, "trap: %s: not simulated", action)
	}
	var commands []string
	for _, name := range names {
		sig := signalName(name)
		switch {
		case sig == "":
			return s.fail(hc, 1, "trap: %s: invalid signal specification", name)
		case sig == "DEBUG" || sig == "RETURN":
			return s.fail(hc, 2, "trap: %s: not simulated", name)
		}
		if commands = append(commands, s.trapCommand(sig, action, text)); action == "-" {
			delete(s.traps, sig)
			continue
		}
		if s.traps == nil {
			s.traps = make(map[string]trap)
		}
		s.traps[sig] = trap{action, text}
	}
	return []string{"builtin", "eval", strings.Join(commands, "\n")}
}

// trap is what is to happen on a signal: as the script wrote it, and as it runs.
type trap struct{ action, text string }

// trapCommand is what the interpreter has to do for a trap: for a signal nothing.
//
// It runs an EXIT trap without letting it change the status, and an ERR trap for
// a failed command in a function, for each block around it and for the call.
// Variables of ours, which the case reads before the trap can see $? changed,
// tell the one, and choose among the others (see shell.firstError).
func (s *shell) trapCommand(sig, action, text string) string {
	word := "${" + hidden + "errs}"
	switch {
	case sig != "EXIT" && sig != "ERR":
		return ":"
	case action == "-" || action == "":
		return hiddenTrap + " - " + sig
	case sig == "EXIT":
		word = "${" + hidden + "exiting}"
	}
	text = "case " + word + " in y) " + text + "\n;; esac"
	if sig == "ERR" {
		text = strings.TrimSuffix(text, ";; esac") + hiddenTold + "\n;; esac"
	}
	if sig == "ERR" && !s.errtrace {
		text = "case ${" + inFunction + "-} in '') " + text + "\n;; *) case $- in *e*) " + hiddenTold + ";; esac;; esac" // with -e the shell ends there
	}
	return hiddenTrap + " -- " + shellQuoted(text) + " " + sig
}

// inFunction is a variable that each function has while there may be an ERR trap:
// functions do not inherit those.
const inFunction = hidden + "in"

// firstError says whether a command has run since the last failure that was told:
// the call of a function and the blocks around a command fail with it.
func (s *shell) firstError() bool {
	first := s.commands != s.told
	s.told = s.commands
	return first
}

// listTraps prints traps as bash does: EXIT, the signals by number, ERR.
func (s *shell) listTraps(hc interp.HandlerContext, names []string) []string {
	c := s.call(hc, []string{"trap"})
	for _, sig := range slices.SortedFunc(maps.Keys(s.traps), func(a, b string) int { return cmp.Compare(trapOrder(a), trapOrder(b)) }) {
		if len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return signalName(n) == sig }) {
			continue
		}
		shown := sig
		if signals[sig] > 0 {
			shown = "SIG" + sig
		}
		c.printf("trap -- %s %s\n", shellQuoted(s.traps[sig].action), shown)
	}
	return []string{hiddenStatus, "0"}
}

func trapOrder(sig string) int {
	switch sig {
	case "EXIT":
		return 0
	case "ERR":
		return 100
	}
	return signals[sig]
}

// signalName is the name of what a trap can be for, without SIG; empty if there
// is no such thing.
func signalName(name string) string {
	name = strings.TrimPrefix(strings.ToUpper(name), "SIG")
	switch {
	case name == "0":
		return "EXIT"
	case slices.Contains([]string{"EXIT", "ERR", "DEBUG", "RETURN"}, name), signals[name] > 0:
		return name
	}
	if n := number(name); n > 0 {
		for sig, m := range signals {
			if m == n {
				return sig
			}
		}
	}
	return ""
}

// exit is exit. In an EXIT trap, where the interpreter knows no other, it sets
// the status of the shell.
func (s *shell) exit(hc interp.HandlerContext, args []string) []string {
	if len(args) > 1 && !isInteger(args[1]) {
		s.fail(hc, 2, "exit: %s: numeric argument required", args[1])
		args = []string{"exit", "2"}
	}
	if !s.exiting {
		return args
	}
	s.exited, s.exitCode = true, hc.LastExitStatus
	if len(args) > 1 {
		s.exitCode = int(uint8(number(args[1])))
	}
	return []string{hiddenStatus, "0"}
}

// killSelf is kill of the shell itself: it runs the trap of the signal, or ends
// the shell. It returns nil for any other kill.
func (s *shell) killSelf(args []string) []string {
	sig, rest := "TERM", args[1:]
	switch {
	case len(rest) > 1 && (rest[0] == "-s" || rest[0] == "-n"):
		sig, rest = signalName(rest[1]), rest[2:]
	case len(rest) > 0 && strings.HasPrefix(rest[0], "-") && rest[0] != "--":
		sig, rest = signalName(rest[0][1:]), rest[1:]
	}
	if rest = trimDashes(rest); len(rest) != 1 || number(rest[0]) != s.pid || signals[sig] == 0 || sig == "CHLD" || sig == "CONT" || sig == "WINCH" {
		return nil
	}
	code := itoa(128 + signals[sig])
	t, trapped := s.traps[sig]
	switch {
	case sig != "KILL" && trapped && t.action == "":
		return []string{hiddenStatus, "0"}
	case sig != "KILL" && trapped:
		return []string{"builtin", "eval", t.text}
	case sig == "KILL" && s.pid != s.p.pid:
		return []string{"builtin", "eval", hiddenTrap + " - EXIT; builtin exit " + code}
	case s.pid != s.p.pid, s.traps["EXIT"].action != "" && sig != "KILL":
		return []string{"builtin", "exit", code}
	}
	return nil
}
