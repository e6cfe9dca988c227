package node

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// RunPowerShell runs a script on a Windows machine as the SSM Agent runs a step of
// AWS-RunPowerShellScript: with Windows PowerShell, as SYSTEM. Only a little of the
// language is simulated: commands of a small table, variables, strings, exit, and if over
// a simple condition. What is not, ends the script with exit code 1 and says so; nothing
// is guessed. Lines end with CR LF, as on Windows.
func (m *Machine) RunPowerShell(s Script) Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.on {
		return Result{ExitCode: -1}
	}
	r := &psRun{m: m, script: s, limits: s.Limits.withDefaults(), vars: map[string]psValue{}, env: m.windowsEnv(s)}
	r.run()
	result := Result{Chunks: r.chunks, ExitCode: r.code, Duration: r.at, Shutdown: r.shutdown}
	if s.Timeout > 0 && result.Duration > s.Timeout {
		return result.cutAt(s.Timeout)
	}
	return result
}

// cutAt is a result whose script was killed after d.
func (r Result) cutAt(d time.Duration) Result {
	kept := r.Chunks[:0:0]
	for _, c := range r.Chunks {
		if c.At <= d {
			kept = append(kept, c)
		}
	}
	return Result{Chunks: kept, ExitCode: 137, Duration: d, TimedOut: true}
}

// psRun is one run of a PowerShell script.
type psRun struct {
	m        *Machine
	script   Script
	limits   Limits
	vars     map[string]psValue // by their names in lower case
	env      map[string]string  // by their names in upper case
	chunks   []Chunk
	printed  int
	at       time.Duration
	code     int
	shutdown *Shutdown
	line     int // of the statement that runs, from 1
	text     string
}

// psEnd ends a script: by exit, by throw, or because something is not simulated.
type psEnd struct {
	code    int
	message string
}

func (e *psEnd) Error() string { return e.message }

// notSimulated is the end of a script that uses something else than the table has.
func notSimulated(format string, args ...any) error {
	return &psEnd{1, "muster's mock: not simulated on Windows machines: " + fmt.Sprintf(format, args...)}
}

// run parses the whole script before anything of it runs, as PowerShell does.
func (r *psRun) run() {
	program, err := parsePowerShell(r.script.Text)
	if err == nil {
		err = r.block(program)
	}
	end, ok := err.(*psEnd)
	if !ok {
		return
	}
	r.code = end.code
	if end.message != "" {
		r.print(Stderr, end.message+"\n")
	}
}

// print prints a text, its lines ended as Windows ends them.
func (r *psRun) print(stream Stream, text string) {
	text = strings.ReplaceAll(text, "\n", "\r\n")
	if r.printed += len(text); r.printed > r.limits.Output {
		return
	}
	r.chunks = append(r.chunks, Chunk{At: r.at, Stream: stream, Data: text})
}

// block runs statements one after another.
func (r *psRun) block(statements []psStatement) error {
	for _, s := range statements {
		r.line, r.text = s.line, s.source
		values, err := r.statement(s)
		if err != nil {
			return err
		}
		for _, v := range values {
			r.print(Stdout, v.shown())
		}
	}
	return nil
}

// statement runs one statement and returns what it leaves to be shown.
func (r *psRun) statement(s psStatement) ([]psValue, error) {
	switch {
	case s.condition != nil:
		holds, err := r.holds(s.condition)
		if err != nil {
			return nil, err
		}
		if holds {
			return nil, r.block(s.then)
		}
		return nil, r.block(s.otherwise)
	case s.assigned != "":
		values, err := r.pipeline(s.pipeline)
		if err != nil {
			return nil, err
		}
		r.assign(s.assigned, joined(values))
		return nil, nil
	}
	return r.pipeline(s.pipeline)
}

func (r *psRun) assign(name string, v psValue) {
	if variable, ok := strings.CutPrefix(strings.ToLower(name), "env:"); ok {
		r.env[strings.ToUpper(variable)] = v.text()
		return
	}
	r.vars[strings.ToLower(name)] = v
}

// pipeline runs commands, each on what the one before it returned.
func (r *psRun) pipeline(commands [][]psWord) ([]psValue, error) {
	var values []psValue
	for n, words := range commands {
		var err error
		if n == 0 {
			values, err = r.command(words)
		} else {
			values, err = r.stage(words, values)
		}
		if err != nil {
			return nil, err
		}
	}
	return values, nil
}

// stage is a command that takes values: those that are simulated.
func (r *psRun) stage(words []psWord, values []psValue) ([]psValue, error) {
	a, err := r.arguments(words[1:])
	if err != nil {
		return nil, err
	}
	switch name := strings.ToLower(words[0].literal()); name {
	case "out-null":
		return nil, nil
	case "out-string", "out-host", "out-default", "write-output", "write-host":
		return values, nil
	case "select-object", "select":
		property := a.named["expandproperty"]
		if property == "" {
			return nil, notSimulated("Select-Object without -ExpandProperty")
		}
		var out []psValue
		for _, v := range values {
			out = append(out, v.property(property))
		}
		return out, nil
	}
	return nil, notSimulated("%s after |", words[0].literal())
}

// command runs a command, or evaluates what is no command.
func (r *psRun) command(words []psWord) ([]psValue, error) {
	if len(words) == 0 {
		return nil, nil
	}
	if !words[0].bare {
		if len(words) > 1 {
			return nil, notSimulated("expressions: %s", r.text)
		}
		v, err := r.value(words[0])
		return []psValue{v}, err
	}
	name := words[0].literal()
	run, ok := psCommands[strings.ToLower(name)]
	if !ok {
		return nil, notSimulated("the command %s", name)
	}
	a, err := r.arguments(words[1:])
	if err != nil {
		return nil, err
	}
	return run(r, a)
}

// psArguments are a command's arguments: by the names of their parameters in lower case,
// and the others in order.
type psArguments struct {
	named  map[string]string
	values []psValue
}

// first is a parameter's value, given by its name or as the first argument.
func (a psArguments) first(name string) string {
	if v, ok := a.named[name]; ok {
		return v
	}
	if len(a.values) > 0 {
		return a.values[0].text()
	}
	return ""
}

// switches are the parameters that take no value.
var psSwitches = map[string]bool{"force": true, "nonewline": true, "asplaintext": true, "passthru": true, "confirm": true}

func (r *psRun) arguments(words []psWord) (psArguments, error) {
	a := psArguments{named: map[string]string{}}
	for n := 0; n < len(words); n++ {
		name, isName := strings.CutPrefix(words[n].literal(), "-")
		if !isName || !words[n].bare || name == "" || name[0] >= '0' && name[0] <= '9' {
			v, err := r.value(words[n])
			if err != nil {
				return a, err
			}
			a.values = append(a.values, v)
			continue
		}
		name = strings.ToLower(name)
		if psSwitches[name] || n+1 == len(words) {
			a.named[name] = "True"
			continue
		}
		n++
		v, err := r.value(words[n])
		if err != nil {
			return a, err
		}
		a.named[name] = v.text()
	}
	return a, nil
}

// holds evaluates the condition of an if.
func (r *psRun) holds(words []psWord) (bool, error) {
	if len(words) > 0 && words[0].bare && (words[0].literal() == "!" || strings.EqualFold(words[0].literal(), "-not")) {
		holds, err := r.holds(words[1:])
		return !holds, err
	}
	if len(words) == 3 && words[1].bare && strings.HasPrefix(words[1].literal(), "-") {
		left, err := r.value(words[0])
		if err != nil {
			return false, err
		}
		right, err := r.value(words[2])
		if err != nil {
			return false, err
		}
		switch strings.ToLower(words[1].literal()) {
		case "-eq":
			return strings.EqualFold(left.text(), right.text()), nil
		case "-ne":
			return !strings.EqualFold(left.text(), right.text()), nil
		}
		return false, notSimulated("the operator %s", words[1].literal())
	}
	values, err := r.command(words)
	return err == nil && joined(values).truth(), err
}

// value evaluates a word.
func (r *psRun) value(w psWord) (psValue, error) {
	if len(w.parts) == 1 {
		return r.part(w.parts[0])
	}
	var b strings.Builder
	for _, p := range w.parts {
		v, err := r.part(p)
		if err != nil {
			return psValue{}, err
		}
		if b.WriteString(v.text()); b.Len() > r.limits.Output {
			return psValue{}, notSimulated("a string of more than %d bytes", r.limits.Output)
		}
	}
	return psText(b.String()), nil
}

func (r *psRun) part(p psPart) (psValue, error) {
	var v psValue
	switch {
	case p.sub != nil:
		values, err := r.pipeline(p.sub)
		if err != nil {
			return v, err
		}
		v = joined(values)
	case p.variable != "":
		v = r.variable(p.variable)
	default:
		v = psText(p.literal)
	}
	for _, name := range p.properties {
		v = v.property(name)
	}
	return v, nil
}

// variable is a variable's value: nothing where it was never set.
func (r *psRun) variable(name string) psValue {
	lower := strings.ToLower(name)
	if variable, ok := strings.CutPrefix(lower, "env:"); ok {
		return psText(r.env[strings.ToUpper(variable)])
	}
	switch lower {
	case "psversiontable":
		return psVersionTable(r.m.cfg.Platform)
	case "true", "false":
		return psBool(lower == "true")
	case "null":
		return psValue{}
	}
	return r.vars[lower]
}

// windowsEnv is the environment of a script on Windows. assumed: which of Windows' own
// variables matter.
func (m *Machine) windowsEnv(s Script) map[string]string {
	c := m.cfg
	env := map[string]string{
		"AWS_SSM_INSTANCE_ID": c.InstanceID, "AWS_SSM_REGION_NAME": c.Region, "AWS_SSM_PLATFORM_NAME": c.Platform.Name,
		"AWS_SSM_PLATFORM_VERSION": c.Platform.Version, "SSM_COMMAND_ID": s.ID, "COMPUTERNAME": c.ComputerName(), "OS": "Windows_NT",
		"PROCESSOR_ARCHITECTURE": "AMD64", "NUMBER_OF_PROCESSORS": fmt.Sprint(c.CPUs), "SYSTEMROOT": `C:\Windows`, "WINDIR": `C:\Windows`,
		"SYSTEMDRIVE": "C:", "PROGRAMDATA": `C:\ProgramData`, "PROGRAMFILES": `C:\Program Files`, "TEMP": `C:\Windows\TEMP`, "TMP": `C:\Windows\TEMP`,
		"USERNAME": c.ComputerName() + "$", "USERDOMAIN": "WORKGROUP",
	}
	for name, value := range maps.All(s.Env) {
		env[strings.ToUpper(name)] = value
	}
	return env
}
