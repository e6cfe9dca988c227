package fleet

// Class is how much a command may harm the machines that it is given. The zero value only looks.
type Class int

// The classes, from the harmless to what cannot be undone.
const (
	Looks    Class = iota // ls, show, status, preview
	Acts                  // run, start, reboot, launch (which costs money but touches no machine that exists), protect, tag, patch scan
	Disrupts              // stop, hibernate, resize, unprotect, patch install, deploy, apply
	Destroys              // terminate, and whatever cannot be undone
)

// Verdict is what a command has to do before it acts.
type Verdict int

// The verdicts. Refuse is Ask where nobody can answer: only --yes lets the command act.
const (
	Proceed Verdict = iota
	Ask
	Refuse
)

// Guard decides whether a command of class may touch so many machines without a person's word. terminal says whether there
// is a person to ask. No machines: there is nothing to ask about.
//
//	class      one      2 to 10   more than 10   no terminal
//	Looks      proceed  proceed   proceed        proceed
//	Acts       proceed  proceed   ask            refuse above 10
//	Disrupts   proceed  ask       ask            refuse from 2
//	Destroys   ask      ask       ask            refuse
func Guard(class Class, machines int, terminal bool) Verdict {
	from, asks := askFrom(class)
	switch {
	case !asks || machines < from:
		return Proceed
	case terminal:
		return Ask
	default:
		return Refuse
	}
}

// askFrom is the number of machines from which a class needs a person's word, if it ever does. A class that this function
// does not know is taken for the worst.
func askFrom(class Class) (machines int, asks bool) {
	switch class {
	case Looks:
		return 0, false
	case Acts:
		return 11, true
	case Disrupts:
		return 2, true
	default:
		return 1, true
	}
}
