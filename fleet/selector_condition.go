package fleet

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// condition compares one key of an instance with values.
type condition struct {
	key    string    // one of the table in selector_keys.go, or "tag:" and the key of a tag
	values []pattern // alternatives: sorted, each once, at least one
	not    bool      // none of the values, or nothing to compare
}

func newCondition(key string, values []pattern, not bool) condition {
	values = slices.Clone(values)
	slices.Sort(values)
	return condition{key: key, values: slices.Compact(values), not: not}
}

// texts returns the values as they are.
func (c condition) texts() []string {
	texts := make([]string, len(c.values))
	for i, value := range c.values {
		texts[i] = string(value)
	}
	return texts
}

func (c condition) eval(in Instance, f Facts) truth {
	if c.not {
		return c.holds(in, f).opposite()
	}
	return c.holds(in, f)
}

// holds decides without the negation.
func (c condition) holds(in Instance, f Facts) truth {
	switch {
	case c.isAge():
		return c.holdsAge(in, f)
	case c.key == "launched-by":
		return c.holdsTemplate(in, f)
	case c.key == "ssm" && !f.Nodes:
		return maybe
	case c.key == "id":
		_, found := slices.BinarySearch(c.values, pattern(in.ID))
		return truthOf(found)
	}
	value, found := read(c.key, in)
	return truthOf(found && slices.ContainsFunc(c.values, func(p pattern) bool { return p.match(value) }))
}

// isAge reports whether the condition compares the time since the launch.
func (c condition) isAge() bool { return c.key == "older" || c.key == "newer" }

// holdsAge compares the age. An instance is older or newer than any, never neither, unless EC2 does not say when it was launched.
func (c condition) holdsAge(in Instance, f Facts) truth {
	switch {
	case f.Now.IsZero():
		return maybe
	case in.LaunchTime.IsZero():
		return no
	}
	age, _ := parseAge(string(c.values[0]))
	return truthOf((f.Now.Sub(in.LaunchTime) >= age) == (c.key == "older"))
}

// templateTag is what EC2 tags an instance with that is launched from a template
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html).
const templateTag = "aws:ec2launchtemplate:id"

func (c condition) holdsTemplate(in Instance, f Facts) truth {
	result := no
	for _, name := range c.texts() {
		id, known := templateID(name, f)
		switch {
		case !known:
			result = max(result, maybe)
		case in.Tags[templateTag] == id:
			return yes
		}
	}
	return result
}

// templateID returns the id of a template that a condition names, by its name or its id.
func templateID(name string, f Facts) (id string, known bool) {
	if isResourceID("lt-", name) {
		return name, true
	}
	id, known = f.Templates[name]
	return id, known
}

// text writes the condition in its long form.
func (c condition) text(binding) string {
	key := c.key
	if tag, isTag := strings.CutPrefix(key, "tag:"); isTag {
		key = "tag:" + quote(literals(tag))
	}
	values := make([]string, len(c.values))
	for i, value := range c.values {
		values[i] = quote(value.chars())
	}
	switch one := len(values) == 1; {
	case one && !c.not && key == "id":
		return values[0]
	case one && c.not && c.isAge():
		return "not " + key + "=" + values[0]
	case one && c.not:
		return key + "!=" + values[0]
	case one:
		return key + "=" + values[0]
	case c.not:
		return key + " not in (" + strings.Join(values, ",") + ")"
	}
	return key + " in (" + strings.Join(values, ",") + ")"
}

// filter returns the EC2 filter that lets through what the condition means. No name: there is none, or none that is needed,
// and the condition is decided here.
func (c condition) filter(f Facts) (name string, values []string) {
	switch {
	case c.not:
		return "", nil
	case strings.HasPrefix(c.key, "tag:"):
		return c.key, c.texts()
	case c.key == "launched-by":
		return c.templateFilter(f)
	case c.key == "platform":
		if slices.Equal(c.values, []pattern{"windows"}) {
			return "platform-details", []string{"Windows*"}
		}
		return "", nil
	}
	key, _ := findKey(c.key)
	return key.filter, c.texts()
}

func (c condition) templateFilter(f Facts) (name string, values []string) {
	for _, template := range c.texts() {
		id, known := templateID(template, f)
		if !known {
			return "", nil
		}
		values = append(values, id)
	}
	return "tag:" + templateTag, values
}

// maxAge bounds older= and newer=: EC2 began in 2006.
const maxAge = 100 * 365 * 24 * time.Hour

// parseAge reads a whole number and its unit: m for minutes, h, d, or w for weeks.
func parseAge(text string) (age time.Duration, ok bool) {
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	if text == "" {
		return 0, false
	}
	unit := units[text[len(text)-1]]
	n, err := strconv.ParseUint(text[:len(text)-1], 10, 32)
	if err != nil || unit == 0 || n == 0 || n > uint64(maxAge/unit) {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
