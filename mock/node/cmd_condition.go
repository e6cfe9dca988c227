package node

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

// test is test and [: it decides an expression, 0 for true, 1 for false, 2 for
// one that makes no sense. The rules by the number of arguments are POSIX's,
// and bash's beyond four.
func test(c *call) int {
	args := c.args
	if strings.HasSuffix(c.name, "[") {
		if len(args) == 0 || args[len(args)-1] != "]" {
			c.errorf("missing `]'")
			return 2
		}
		args = args[:len(args)-1]
	}
	t := condition{call: c, args: args}
	result := t.decide(args)
	switch {
	case t.fault != "":
		c.errorf("%s", t.fault)
		return 2
	case result:
		return 0
	}
	return 1
}

type condition struct {
	*call
	args  []string
	at    int
	fault string
}

func (t *condition) fail(format string, args ...any) bool {
	if t.fault == "" {
		t.fault = fmt.Sprintf(format, args...)
	}
	return false
}

// decide applies the rules for few arguments, and otherwise parses.
func (t *condition) decide(a []string) bool {
	switch {
	case len(a) == 0:
		return false
	case len(a) == 1:
		return a[0] != ""
	case len(a) == 2 && a[0] == "!":
		return a[1] == ""
	case len(a) == 2:
		return t.unary(a[0], a[1])
	case len(a) == 3 && isBinary(a[1]):
		return t.binary(a[0], a[1], a[2])
	case len(a) == 3 && a[1] == "-a":
		return a[0] != "" && a[2] != ""
	case len(a) == 3 && a[1] == "-o":
		return a[0] != "" || a[2] != ""
	case len(a) == 3 && a[0] == "!":
		return !t.decide(a[1:])
	case len(a) == 3 && a[0] == "(" && a[2] == ")":
		return a[1] != ""
	case len(a) == 3:
		return t.fail("%s: binary operator expected", a[1])
	case len(a) == 4 && a[0] == "!":
		return !t.decide(a[1:])
	}
	t.args, t.at = a, 0
	result := t.or()
	if t.fault == "" && t.at < len(t.args) {
		t.fail("too many arguments")
	}
	return result
}

func (t *condition) peek() string {
	if t.at < len(t.args) {
		return t.args[t.at]
	}
	return ""
}

func (t *condition) or() bool {
	result := t.and()
	for t.at < len(t.args) && t.peek() == "-o" {
		t.at++
		right := t.and()
		result = result || right
	}
	return result
}

func (t *condition) and() bool {
	result := t.term()
	for t.at < len(t.args) && t.peek() == "-a" {
		t.at++
		right := t.term()
		result = result && right
	}
	return result
}

// term is one primary, perhaps negated or in parentheses.
func (t *condition) term() bool {
	left := t.args[min(t.at, len(t.args)):]
	switch {
	case len(left) == 0:
		return t.fail("argument expected")
	case left[0] == "!":
		t.at++
		return !t.term()
	case len(left) >= 3 && isBinary(left[1]):
		t.at += 3
		return t.binary(left[0], left[1], left[2])
	case left[0] == "(":
		t.at++
		result := t.or()
		if t.peek() != ")" {
			return t.fail("`)' expected")
		}
		t.at++
		return result
	case len(left) >= 2 && isUnary(left[0]):
		t.at += 2
		return t.unary(left[0], left[1])
	}
	t.at++
	return left[0] != ""
}

const unaryOps = "abcdefghknoprstuvwxzGLNORS"

func isUnary(op string) bool {
	return len(op) == 2 && op[0] == '-' && strings.IndexByte(unaryOps, op[1]) >= 0
}

func isBinary(op string) bool {
	switch op {
	case "=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef":
		return true
	}
	return false
}

func (t *condition) unary(op, x string) bool {
	if !isUnary(op) {
		return t.fail("%s: unary operator expected", op)
	}
	switch op[1] {
	case 'n':
		return x != ""
	case 'z':
		return x == ""
	case 't', 'o':
		return false // no terminal; options are not looked up
	case 'v':
		return t.env.Get(x).IsSet()
	}
	f, err := t.m.files.lookup(t.path(x), op[1] != 'h' && op[1] != 'L')
	return err == nil && x != "" && t.fileIs(op[1], f)
}

// fileIs decides the tests of one existing file.
func (t *condition) fileIs(op byte, f *file) bool {
	switch op {
	case 'a', 'e':
		return true
	case 'f':
		return f.mode&(fs.ModeType&^modeProc) == 0
	case 'd':
		return f.mode.IsDir()
	case 'h', 'L':
		return f.mode&fs.ModeSymlink != 0
	case 'c':
		return f.mode&fs.ModeCharDevice != 0
	case 's':
		return f.mode.IsDir() || f.size(t.facts()) > 0
	case 'r':
		return f.may(t.user, 4)
	case 'w':
		return f.may(t.user, 2)
	case 'x':
		return f.may(t.user, 1)
	case 'k':
		return f.mode&fs.ModeSticky != 0
	case 'O':
		return f.uid == t.user.uid
	case 'G':
		return f.gid == t.user.gid
	}
	return false // -b -g -p -u -N -S: there are no such files here
}

func (t *condition) binary(x, op, y string) bool {
	switch op {
	case "=", "==":
		return x == y
	case "!=":
		return x != y
	case "<":
		return x < y
	case ">":
		return x > y
	case "-nt", "-ot", "-ef":
		return t.compareFiles(x, op, y)
	}
	a, okA := t.integer(x)
	b, okB := t.integer(y)
	if !okA || !okB {
		return false
	}
	switch op {
	case "-eq":
		return a == b
	case "-ne":
		return a != b
	case "-lt":
		return a < b
	case "-le":
		return a <= b
	case "-gt":
		return a > b
	}
	return a >= b
}

func (t *condition) integer(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil {
		return 0, t.fail("%s: integer expression expected", s)
	}
	return n, true
}

func (t *condition) compareFiles(x, op, y string) bool {
	realX, a, errA := t.m.files.resolve(t.path(x), true)
	realY, b, errB := t.m.files.resolve(t.path(y), true)
	switch {
	case op == "-ef":
		return errA == nil && errB == nil && realX == realY
	case op == "-ot":
		a, b, errA, errB = b, a, errB, errA
	}
	return errA == nil && (errB != nil || a.mtime.After(b.mtime))
}
