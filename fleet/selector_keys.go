package fleet

import (
	"cmp"
	"slices"
	"strings"
)

// selectorKey is a key of selectors that is not a tag.
type selectorKey struct {
	name   string
	filter string                // EC2's filter of the same meaning; empty: none that is used
	values []string              // all that it may be; nil: anything
	read   func(Instance) string // empty: the instance has none; nil: decided in a way of its own
}

// selectorKeys are muster's own keys. name= and asg= are short forms of tags. The filters are those of DescribeInstances
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html); EC2 has one for the life cycle too, but
// none of its values means on-demand.
var selectorKeys = []selectorKey{
	{name: "state", filter: "instance-state-name", values: stateNames(), read: func(in Instance) string { return string(in.State) }},
	{name: "az", filter: "availability-zone", read: func(in Instance) string { return in.Zone }},
	{name: "type", filter: "instance-type", read: func(in Instance) string { return in.Type }},
	{name: "ami", filter: "image-id", read: func(in Instance) string { return in.ImageID }},
	{name: "vpc", filter: "vpc-id", read: func(in Instance) string { return in.VPCID }},
	{name: "subnet", filter: "subnet-id", read: func(in Instance) string { return in.SubnetID }},
	{name: "id", filter: "instance-id"},
	{name: "name"},
	{name: "asg"},
	{name: "platform", values: []string{"linux", "windows"}, read: platformOf},
	{name: "lifecycle", values: []string{"spot", "on-demand"}, read: func(in Instance) string { return cmp.Or(in.Lifecycle, "on-demand") }},
	{name: "ssm", values: []string{"online", "lost", "none"}, read: connectionOf},
	{name: "older"},
	{name: "newer"},
	{name: "launched-by"},
}

func findKey(name string) (key selectorKey, found bool) {
	i := slices.IndexFunc(selectorKeys, func(k selectorKey) bool { return k.name == name })
	if i < 0 {
		return selectorKey{}, false
	}
	return selectorKeys[i], true
}

// shortForTag returns the tag that a key is a short form of, or empty.
// (https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-tagging.html)
func shortForTag(key string) string {
	switch key {
	case "name":
		return "Name"
	case "asg":
		return "aws:autoscaling:groupName"
	}
	return ""
}

// read returns what an instance has under a key.
func read(key string, in Instance) (value string, found bool) {
	if tag, isTag := strings.CutPrefix(key, "tag:"); isTag {
		value, found = in.Tags[tag]
		return value, found
	}
	switch k, _ := findKey(key); {
	case k.read == nil:
		return "", false
	default:
		value = k.read(in)
		return value, value != ""
	}
}

// platformOf tells Windows from Linux by EC2's text, such as "Windows with SQL Server Standard" and "Red Hat Enterprise Linux".
// The texts that name SQL Server alone say neither (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/billing-info-fields.html).
func platformOf(in Instance) string {
	switch {
	case in.Platform == "" || strings.HasPrefix(in.Platform, "SQL Server"):
		return ""
	case strings.HasPrefix(in.Platform, "Windows"):
		return "windows"
	}
	return "linux"
}

func connectionOf(in Instance) string {
	switch in.Node.Ping {
	case "":
		return "none"
	case Online:
		return "online"
	}
	return "lost"
}

func stateNames() []string {
	var names []string
	for _, s := range States() {
		names = append(names, string(s))
	}
	return names
}

// laterKeys are keys that a later version may give a meaning. They are refused until then, so that no script comes to depend on
// their being tags; tag:KEY= means the tag in every version.
func laterKeys() []string { return []string{"region", "account"} }

// keywords are the words with a meaning of their own between conditions.
func keywords() []string { return []string{"or", "and", "not", "in"} }

// looksLikeKey reports whether a bare word is a key, or what somebody would take for one. As the name of a machine it is
// less likely than a condition that the shell has cut: of age>7d it leaves age, and writes the rest to a file.
func looksLikeKey(word string) bool {
	word = strings.ToLower(word)
	_, known := findKey(word)
	return known || slices.Contains(laterKeys(), word) || slices.Contains([]string{"age", "uptime", "launched", "created", "tag"}, word)
}

func unknownKey(key string, at int) *SelectorError {
	return &SelectorError{Kind: UnknownKey, Text: key, Key: nearKey(key), Pos: at}
}

// nearKey returns the key that is meant by a typing error, by capitals or by another word for it, or empty. A tag that is
// called "stat" exists less often than a finger that slipped, and the slip would select other machines: stat!=running is all.
func nearKey(key string) string {
	lower := strings.ToLower(key)
	if lower == "age" {
		return "older"
	}
	if slices.Contains(keywords(), lower) || lower == "all" {
		return lower
	}
	if oneEditAway(lower, "tag") {
		return "tag"
	}
	for _, known := range selectorKeys {
		// Most short words are one letter from another: only a swap is surely a slip there.
		if oneEditAway(lower, known.name) && (len(known.name) > 3 || sameLetters(lower, known.name)) {
			return known.name
		}
	}
	return ""
}

// sameLetters reports whether a and b have the same letters in any order.
func sameLetters(a, b string) bool {
	x, y := []byte(a), []byte(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// oneEditAway reports whether a becomes b by at most one character that is added, left out, changed or swapped with its
// neighbour.
func oneEditAway(a, b string) bool {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	swapped := len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0]
	return (len(a) <= 1 && len(b) <= 1) || swapped
}

// isID reports whether s has the form of an instance id.
func isID(s string) bool { return isResourceID("i-", s) }

// isResourceID reports whether s is an id of EC2: after the prefix 8 hexadecimal digits until 2016, 17 since
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html).
func isResourceID(prefix, s string) bool {
	digits, found := strings.CutPrefix(s, prefix)
	return found && (len(digits) == 8 || len(digits) == 17) && strings.Trim(digits, "0123456789abcdef") == ""
}
