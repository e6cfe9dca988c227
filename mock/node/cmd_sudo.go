package node

// sudo runs a command as root, which every script is already: -n, -E, -H, -u root.
// Another user is refused: programs do not look at what one may write.
func sudo(c *call) int {
	o, ok := c.options(optionSpec{short: "u:nEH", stay: true, long: map[string]string{"user": "u", "non-interactive": "n", "preserve-env": "E", "set-home": "H"}})
	if !ok {
		return o.status
	}
	name, given := o.set["u"]
	u, known := findUser(name)
	switch {
	case given && !known:
		c.errorf("unknown user %s", name)
		c.errorf("error initializing audit plugin sudoers_audit")
		return 1
	case given && u.uid != root.uid:
		c.errorf("another user than root is not simulated")
		return 1
	case len(o.args) == 0:
		c.errorf("a shell without a command is not simulated")
		return 1
	}
	vars := exported(c.env)
	for name, value := range map[string]string{"USER": "root", "LOGNAME": "root", "HOME": root.home, "SUDO_USER": "root", "SUDO_UID": "0", "SUDO_GID": "0"} {
		vars[name] = value
	}
	child := *c
	child.env = listEnviron(vars)
	file, found := child.which(o.args[0])
	if !found {
		c.errorf("%s: command not found", o.args[0])
		return 1
	}
	return child.execFile(file, o.args)
}
