package node

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
)

// findParser reads find's expression. The first fault stays.
type findParser struct {
	*finder
	args   []string
	fault  string
	acts   bool // there is an action other than -prune
	nested int
}

func (p *findParser) wrong(format string, args ...any) findTest {
	if p.fault == "" {
		p.fault = fmt.Sprintf(format, args...)
	}
	p.args = nil
	return func(found) bool { return false }
}

func (p *findParser) peek() string {
	if len(p.args) == 0 {
		return ""
	}
	return p.args[0]
}

// parse reads the whole expression.
func (p *findParser) parse() findTest {
	if len(p.args) == 0 {
		return p.print("\n")
	}
	test := p.or()
	if p.fault == "" && len(p.args) > 0 {
		return p.wrong("you have too many ')'")
	}
	if p.acts {
		return test
	}
	print := p.print("\n")
	return func(at found) bool { return test(at) && print(at) }
}

func (p *findParser) or() findTest {
	left := p.and()
	for p.peek() == "-o" || p.peek() == "-or" {
		op := p.args[0]
		if p.args = p.args[1:]; len(p.args) == 0 {
			return p.wrong("expected an expression after '%s'", op)
		}
		first, second := left, p.and()
		left = func(at found) bool { return first(at) || second(at) }
	}
	return left
}

func (p *findParser) and() findTest {
	left := p.not()
	for {
		switch next := p.peek(); next {
		case "", "-o", "-or", ")":
			if next == "" && len(p.args) > 0 {
				return p.wrong("paths must precede expression: `'")
			}
			return left
		case "-a", "-and":
			if p.args = p.args[1:]; len(p.args) == 0 {
				return p.wrong("expected an expression after '%s'", next)
			}
		}
		first, second := left, p.not()
		left = func(at found) bool { return first(at) && second(at) }
	}
}

// maxFindDepth is how deep parentheses and negations may nest.
const maxFindDepth = 1000

func (p *findParser) not() findTest {
	if p.nested++; p.nested > maxFindDepth {
		return p.wrong("expression too deep")
	}
	defer func() { p.nested-- }()
	if len(p.args) == 0 {
		return p.wrong("invalid expression")
	}
	a := p.args[0]
	p.args = p.args[1:]
	switch a {
	case "!", "-not":
		if len(p.args) == 0 {
			return p.wrong("expected an expression after '%s'", a)
		}
		test := p.not()
		return func(at found) bool { return !test(at) }
	case "(":
		return p.group()
	case ")":
		return p.wrong("you have too many ')'")
	case "-o", "-or", "-a", "-and":
		return p.wrong("invalid expression; you have used a binary operator '%s' with nothing before it.", a)
	}
	return p.primary(a)
}

func (p *findParser) group() findTest {
	if p.peek() == ")" {
		return p.wrong("invalid expression; empty parentheses are not allowed.")
	}
	test := p.or()
	if p.peek() != ")" {
		return p.wrong("invalid expression; I was expecting to find a ')' somewhere but did not see one.")
	}
	p.args = p.args[1:]
	return test
}

// unsimulated are the tests and actions of GNU find that are refused.
var unsimulated = [...]string{
	"-L", "-regex", "-iregex", "-printf", "-fprint", "-fprint0", "-fprintf", "-ls", "-fls", "-ok", "-okdir", "-execdir", "-inum",
	"-links", "-samefile", "-xtype", "-fstype", "-atime", "-amin", "-ctime", "-cmin", "-anewer", "-cnewer", "-used", "-lname", "-ilname",
	"-readable", "-writable", "-executable", "-regextype", "-follow", "-files0-from", "-context", "-uid", "-gid", "-nouser", "-nogroup",
}

// primary is one option, test or action.
func (p *findParser) primary(name string) findTest {
	if test := p.plain(name); test != nil {
		return test
	}
	switch name {
	case "-exec":
		return p.execTest()
	case "-name", "-iname", "-path", "-ipath", "-wholename", "-type", "-maxdepth", "-mindepth", "-size", "-mtime", "-mmin", "-newer", "-perm", "-user", "-group":
		if len(p.args) == 0 {
			return p.wrong("missing argument to `%s'", name)
		}
		value := p.args[0]
		p.args = p.args[1:]
		return p.valued(name, value)
	}
	switch {
	case slices.Contains(unsimulated[:], name):
		return p.wrong("%s is not simulated", name)
	case strings.HasPrefix(name, "-"):
		return p.wrong("unknown predicate `%s'", name)
	}
	return p.wrong("paths must precede expression: `%s'", name)
}

// plain are those without a value; nil for any other name.
func (p *findParser) plain(name string) findTest {
	always := func(found) bool { return true }
	switch name {
	case "-print", "-print0", "-delete", "-quit":
		p.acts = true
	}
	switch name {
	case "-print":
		return p.print("\n")
	case "-print0":
		return p.print("\x00")
	case "-delete":
		p.postorder = true
		return p.finder.remove
	case "-quit":
		f := p.finder
		return func(found) bool { f.quit = true; return true }
	case "-prune":
		return func(at found) bool { *at.prune = true; return true }
	case "-empty":
		return p.isEmpty
	case "-depth", "-d":
		p.postorder = true
		return always
	case "-true", "-xdev", "-mount", "-noleaf", "-daystart", "-nowarn", "-warn":
		if name == "-daystart" {
			return p.wrong("%s is not simulated", name)
		}
		return always
	case "-false":
		return func(found) bool { return false }
	}
	return nil
}

// execTest reads the command of -exec.
func (p *findParser) execTest() findTest {
	p.acts = true
	for i, a := range p.args {
		plus := a == "+" && i > 0 && p.args[i-1] == "{}"
		if a != ";" && !plus {
			continue
		}
		command := p.args[:i]
		if p.args = p.args[i+1:]; !plus {
			if i == 0 {
				return p.wrong("invalid argument `;' to `-exec'")
			}
			return p.exec(command)
		}
		b := &findBatch{finder: p.finder, command: command[:i-1]}
		if len(b.command) == 0 {
			return p.wrong("invalid argument `{}' to `-exec'")
		}
		p.batches = append(p.batches, b)
		return b.add
	}
	return p.wrong("missing argument to `-exec'")
}

// valued are those with a value.
func (p *findParser) valued(name, value string) findTest {
	switch name {
	case "-name", "-iname", "-path", "-ipath", "-wholename":
		return p.nameTest(name, value)
	case "-maxdepth", "-mindepth":
		n, ok := naturalNumber(value)
		if !ok {
			return p.wrong("Expected a positive decimal integer argument to %s, but got %s", name, quoted(value))
		}
		if name == "-maxdepth" {
			p.most = n
		} else {
			p.least = n
		}
		return func(found) bool { return true }
	case "-type":
		return p.typeTest(value)
	case "-size":
		return p.sizeTest(value)
	case "-mtime", "-mmin":
		return p.ageTest(name, value)
	case "-newer":
		f, err := p.m.files.lookup(p.path(value), true)
		if err != nil {
			return p.wrong("%s: %s", quoted(value), strerror(err))
		}
		return func(at found) bool { return at.f.mtime.After(f.mtime) }
	case "-perm":
		return p.permTest(value)
	case "-user":
		u, ok := findUser(value)
		if n, numeric := naturalNumber(value); numeric && !ok {
			u, ok = user{uid: n}, true
		}
		if !ok {
			return p.wrong("%s is not the name of a known user", quoted(value))
		}
		return func(at found) bool { return at.f.uid == u.uid }
	}
	gid, ok := findGroup(value)
	if !ok {
		return p.wrong("%s is not the name of an existing group", quoted(value))
	}
	return func(at found) bool { return at.f.gid == gid }
}

func (p *findParser) nameTest(name, value string) findTest {
	re, err := glob(value, strings.HasPrefix(name, "-i"))
	if err != nil {
		return p.wrong("the pattern %s is not simulated", quoted(value))
	}
	if strings.HasSuffix(name, "path") || name == "-wholename" {
		return func(at found) bool { return re.MatchString(at.name) }
	}
	return func(at found) bool { return re.MatchString(findName(at)) }
}

func (p *findParser) typeTest(value string) findTest {
	letters := strings.Split(value, ",")
	for _, l := range letters {
		switch {
		case len(l) > 1:
			return p.wrong("Must separate multiple arguments to -type using: ','")
		case l == "" || !strings.Contains("bcdpflsD", l):
			return p.wrong("Unknown argument to -type: %s", value)
		}
	}
	return func(at found) bool { return slices.Contains(letters, typeLetter(at.f)) }
}

// typeLetter is the type of a file as -type names it.
func typeLetter(f *file) string {
	switch {
	case f.mode.IsDir():
		return "d"
	case f.mode&fs.ModeSymlink != 0:
		return "l"
	case f.mode&fs.ModeCharDevice != 0:
		return "c"
	}
	return "f"
}

// comparison reads +N, -N or N.
func comparison(text string) (test func(n int64) bool, ok bool) {
	digits := strings.TrimLeft(text, "+-")
	want, err := strconv.ParseInt(digits, 10, 62)
	if err != nil || len(text)-len(digits) > 1 {
		return nil, false
	}
	switch text[0] {
	case '+':
		return func(n int64) bool { return n > want }, true
	case '-':
		return func(n int64) bool { return n < want }, true
	}
	return func(n int64) bool { return n == want }, true
}

// sizeTest counts in units, each begun one whole; 512 bytes by default.
func (p *findParser) sizeTest(value string) findTest {
	unit, text := int64(512), value
	if n := len(value); n > 0 && !isDigit(value[n-1]) {
		text = value[:n-1]
		unit = map[byte]int64{'c': 1, 'w': 2, 'b': 512, 'k': 1 << 10, 'M': 1 << 20, 'G': 1 << 30}[value[n-1]]
	}
	test, ok := comparison(text)
	if !ok || unit == 0 {
		return p.wrong("invalid -size type `%s'", value[max(0, len(value)-1):])
	}
	return func(at found) bool { return test((at.f.size(p.facts()) + unit - 1) / unit) }
}

func (p *findParser) ageTest(name, value string) findTest {
	unit := 24 * time.Hour
	if name == "-mmin" {
		unit = time.Minute
	}
	test, ok := comparison(value)
	if !ok {
		return p.wrong("invalid argument `%s' to `%s'", value, name)
	}
	now := p.time()
	return func(at found) bool { return test(int64(now.Sub(at.f.mtime) / unit)) }
}

// permTest is -perm MODE, -MODE (all of these bits) and /MODE (any of them).
func (p *findParser) permTest(value string) findTest {
	spec := strings.TrimLeft(value, "-/")
	want, ok := changeMode(spec, 0, 0)
	if !ok || len(value)-len(spec) > 1 {
		return p.wrong("invalid mode %s", quoted(value))
	}
	return func(at found) bool {
		have := at.f.mode & modeBits
		switch value[0] {
		case '-':
			return have&want == want
		case '/':
			return want == 0 || have&want != 0
		}
		return have == want
	}
}
