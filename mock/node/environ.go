package node

import (
	"maps"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/expand"
)

// environ is the environment that a shell starts with, and the variables that
// are computed when they are read. What a script assigns lies over it, in the
// interpreter.
type environ struct {
	shell  *shell
	vars   map[string]expand.Variable
	booted bool // the interpreter has taken what it takes once
}

// agentEnv is the environment that the agent gives to a script, as printed by
// env in github.com/aws/amazon-ssm-agent/issues/427. HOME is not among it.
func (p *process) agentEnv(dir string) expand.Environ {
	c := p.m.cfg
	env := map[string]string{
		"AWS_SSM_INSTANCE_ID": c.InstanceID, "AWS_SSM_REGION_NAME": c.Region,
		"AWS_SSM_PLATFORM_NAME": c.Platform.Name, "AWS_SSM_PLATFORM_VERSION": c.Platform.Version,
		"SSM_COMMAND_ID": p.script.ID, "LANG": "C.UTF-8", // assumed: #427 shows Amazon Linux 2, which has en_US.UTF-8
		"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "PWD": dir, "SHLVL": "1",
	}
	maps.Copy(env, p.script.Env)
	return listEnviron(env)
}

// cloudEnv is the environment that cloud-init gives to a script: what systemd gives to
// it. HOME is not among it. assumed: nothing that matters is missing.
func cloudEnv() expand.Environ {
	return listEnviron(map[string]string{"LANG": "C.UTF-8", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "PWD": "/"})
}

// listEnviron is an environment of exported variables.
func listEnviron(env map[string]string) expand.Environ {
	var pairs []string
	for name, value := range env {
		pairs = append(pairs, name+"="+value)
	}
	return expand.ListEnviron(pairs...)
}

// newEnviron is the environment of a shell that c starts: what c exports, and
// what bash sets for itself.
func newEnviron(s *shell, c *call) *environ {
	e := &environ{shell: s, vars: make(map[string]expand.Variable)}
	for name, value := range exported(c.env) {
		e.vars[name] = expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: value}
	}
	level, _ := strconv.Atoi(e.vars["SHLVL"].Str)
	e.vars["SHLVL"] = expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: strconv.Itoa(level + 1)}
	e.vars["_"] = expand.Variable{Set: true, Exported: true, Kind: expand.String, Str: "/usr/bin/sh"}
	cfg := s.p.m.cfg
	for name, value := range map[string]string{
		"BASH": "/usr/bin/sh", "BASH_VERSION": "5.2.15(1)-release", "HOSTNAME": cfg.Hostname, "HOSTTYPE": cfg.Arch,
		"MACHTYPE": cfg.Arch + "-amazon-linux-gnu", "OSTYPE": "linux-gnu", "PS4": "+ ", "BASH_SOURCE": s.name,
	} {
		e.vars[name] = expand.Variable{Set: true, Kind: expand.String, Str: value}
	}
	uid := expand.Variable{Set: true, ReadOnly: true, Kind: expand.String, Str: strconv.Itoa(s.user.uid)}
	e.vars["UID"], e.vars["EUID"] = uid, uid
	return e
}

// noHostDir is TMPDIR while the interpreter looks for a directory of the host to
// make pipes in. Files in there would bypass our open handler; with a NUL in
// its name Go refuses it before asking the host.
const noHostDir = "/\x00"

// Get returns a variable. Some exist only while the interpreter starts, because
// it would ask the host for what is missing.
func (e *environ) Get(name string) expand.Variable {
	if !e.booted {
		switch name {
		case "TMPDIR":
			return text(noHostDir)
		case "HOME", "GID":
			return text("")
		}
	}
	if vr, ok := e.vars[name]; ok {
		return vr
	}
	if user, ok := strings.CutPrefix(name, "HOME "); ok {
		return text(homeOf(user)) // asked for ~user
	}
	if rest, ok := strings.CutPrefix(name, hidden); ok {
		return e.shell.hiddenVar(rest)
	}
	return e.shell.computed(name)
}

// Each yields the variables that are not computed, in no order.
func (e *environ) Each(yield func(string, expand.Variable) bool) { maps.All(e.vars)(yield) }

func text(s string) expand.Variable {
	return expand.Variable{Set: true, Kind: expand.String, Str: s}
}

// homeOf is what ~name expands to: itself if there is no such user.
func homeOf(name string) string {
	if u, ok := findUser(name); ok && u.name == name {
		return u.home
	}
	return "~" + name
}

// hiddenVar is the value of a variable that rewriting put in.
func (s *shell) hiddenVar(name string) expand.Variable {
	p := s.p
	switch name {
	case "pid":
		return text(strconv.Itoa(s.pid))
	case "ppid":
		return text(strconv.Itoa(s.ppid))
	case "exiting":
		s.exiting = true
		return text("y")
	case "errs":
		if s.firstError() {
			return text("y")
		}
		return text("n")
	case "bang":
		if pid := p.jobs.last(); pid > 0 {
			return text(strconv.Itoa(pid))
		}
	case "random":
		return text(strconv.Itoa(int(p.nextRandom() % 32768)))
	case "srandom":
		return text(strconv.Itoa(int(uint32(p.nextRandom()))))
	}
	if kind, digits := name[:min(1, len(name))], name[min(1, len(name)):]; kind == markLine || kind == markGrowth {
		s.line = number(digits)
		if kind == markGrowth {
			s.checkVars()
		}
		return text("")
	}
	return expand.Variable{}
}

// computed are the variables that change by themselves.
func (s *shell) computed(name string) expand.Variable {
	p := s.p
	switch name {
	case "SECONDS":
		return text(strconv.Itoa(int((p.now - p.seconds).Seconds())))
	case "EPOCHSECONDS":
		return text(strconv.FormatInt(p.time().Unix(), 10))
	case "EPOCHREALTIME":
		us := p.time().UnixMicro()
		return text(strconv.FormatInt(us/1e6, 10) + "." + strconv.FormatInt(1e6+us%1e6, 10)[1:])
	case "BASHPID":
		return text(strconv.Itoa(s.pid))
	case "PIPESTATUS":
		if p.statuses != nil {
			return expand.Variable{Set: true, Kind: expand.Indexed, List: p.statuses}
		}
	}
	return expand.Variable{}
}

// nextRandom steps a generator (Knuth's MMIX constants) seeded by the process
// id, so that a machine's scripts repeat and two machines' need not differ.
func (p *process) nextRandom() uint64 {
	p.random = p.random*6364136223846793005 + 1442695040888963407
	return p.random >> 33
}

// exported are the variables that a program sees. PWD and OLDPWD are among them
// even where the interpreter has forgotten so.
func exported(env expand.Environ) map[string]string {
	vars := make(map[string]string)
	for name, vr := range env.Each {
		switch {
		case !vr.IsSet():
			delete(vars, name)
		case vr.Kind != expand.String || strings.HasPrefix(name, hidden):
		case vr.Exported || name == "PWD" || name == "OLDPWD":
			vars[name] = vr.Str
		default:
			delete(vars, name)
		}
	}
	return vars
}
