package node

import (
	"fmt"
	"strconv"
	"strings"
)

// user is one account of a machine.
type user struct {
	name     string
	uid, gid int
	gecos    string
	home     string
	shell    string
}

// root is who every script runs as: the agent is a service of root's.
var root = users[0]

// users are the accounts of the image that matter to scripts: root, ec2-user
// (EC2 User Guide, "Manage system users on your Linux instance") and ssm-user,
// which the agent makes (github.com/aws/amazon-ssm-agent, README). The service
// accounts are Fedora's (package setup).
var users = [...]user{
	{"root", 0, 0, "root", "/root", "/bin/bash"},
	{"bin", 1, 1, "bin", "/bin", "/sbin/nologin"},
	{"daemon", 2, 2, "daemon", "/sbin", "/sbin/nologin"},
	{"nobody", 65534, 65534, "Kernel Overflow User", "/", "/sbin/nologin"},
	{"ec2-user", 1000, 1000, "EC2 Default User", "/home/ec2-user", "/bin/bash"},
	{"ssm-user", 1001, 1001, "", "/home/ssm-user", "/bin/bash"},
}

// group is one group of a machine, with the members that passwd does not say.
type group struct {
	name    string
	gid     int
	members []string
}

var groups = [...]group{
	{"root", 0, nil}, {"bin", 1, nil}, {"daemon", 2, nil}, {"adm", 4, []string{"ec2-user"}},
	{"wheel", 10, []string{"ec2-user"}}, {"nobody", 65534, nil}, {"systemd-journal", 190, []string{"ec2-user"}},
	{"ec2-user", 1000, nil}, {"ssm-user", 1001, nil},
}

// findUser returns the account of that name, or of that number if it is one.
func findUser(name string) (user, bool) {
	for _, u := range users {
		if u.name == name || fmt.Sprint(u.uid) == name {
			return u, true
		}
	}
	return user{}, false
}

// findGroup returns the number of the group of that name, or the number itself.
func findGroup(name string) (gid int, ok bool) {
	for _, g := range groups {
		if g.name == name {
			return g.gid, true
		}
	}
	return naturalNumber(name)
}

// naturalNumber reads a number without a sign.
func naturalNumber(s string) (int, bool) {
	n, err := strconv.ParseUint(s, 10, 31)
	return int(n), err == nil
}

// userName is the name of a user id, or the number itself.
func userName(uid int) string {
	for _, u := range users {
		if u.uid == uid {
			return u.name
		}
	}
	return fmt.Sprint(uid)
}

// groupName is the name of a group id, or the number itself.
func groupName(gid int) string {
	for _, g := range groups {
		if g.gid == gid {
			return g.name
		}
	}
	return fmt.Sprint(gid)
}

// groupsOf are the groups of a user, the primary one first.
func groupsOf(u user) []int {
	gids := []int{u.gid}
	for _, g := range groups {
		for _, m := range g.members {
			if m == u.name {
				gids = append(gids, g.gid)
			}
		}
	}
	return gids
}

func passwdText() string {
	var b strings.Builder
	for _, u := range users {
		fmt.Fprintf(&b, "%s:x:%d:%d:%s:%s:%s\n", u.name, u.uid, u.gid, u.gecos, u.home, u.shell)
	}
	return b.String()
}

func groupText() string {
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "%s:x:%d:%s\n", g.name, g.gid, strings.Join(g.members, ","))
	}
	return b.String()
}
