package node

// nohup runs a command that nobody hangs up: nobody does here. Without a terminal
// it changes nothing else.
func nohup(c *call) int {
	if len(c.args) == 0 {
		c.usage("missing operand")
		return 125
	}
	code, found := c.start(c.args, c.stdin)
	if !found {
		c.errorf("failed to run command %s: No such file or directory", quoted(c.args[0]))
	}
	return code
}
