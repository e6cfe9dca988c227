package launch

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of tags (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions), in characters, and of
// a client token (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html).
const (
	maxTags        = 50
	maxTagKey      = 128
	maxTagValue    = 256
	maxClientToken = 64
)

// check finds what EC2 would refuse, before anything is asked or confirmed.
func (r Request) check() error {
	tags := r.tags()
	switch {
	case (r.Template == "") == (r.Like == ""):
		return &InputError{"a launch is either from a launch template or like an instance"}
	case r.Like != "" && r.Version != "":
		return &InputError{"an instance has no template version"}
	case r.Count < 1:
		return &InputError{fmt.Sprintf("count is %d; at least 1", r.Count)}
	case !validVersion(r.Version):
		return &InputError{fmt.Sprintf("template version %q is not a number, $Latest or $Default", r.Version)}
	case r.ClientToken == "" || len(r.ClientToken) > maxClientToken || !isASCII(r.ClientToken):
		return &InputError{fmt.Sprintf("client token %q is not 1 to %d ASCII characters", r.ClientToken, maxClientToken)}
	case len(tags) > maxTags:
		return &InputError{fmt.Sprintf("%d tags; at most %d", len(tags), maxTags)}
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if err := checkTag(key, tags[key]); err != nil {
			return err
		}
	}
	return r.checkChoices()
}

// checkChoices looks at the alternatives: each once, because the second of two equal ones would never be tried.
func (r Request) checkChoices() error {
	for what, list := range map[string][]string{"subnet": r.Subnets, "instance type": r.OrTypes} {
		for i, name := range list {
			if name == "" || slices.Contains(list[:i], name) {
				return &InputError{fmt.Sprintf("%s %q is empty or given twice", what, name)}
			}
		}
	}
	if slices.Contains(r.Subnets, Spread) && len(r.Subnets) > 1 {
		return &InputError{fmt.Sprintf("subnets are %q or ids, not both", Spread)}
	}
	return nil
}

func validVersion(version string) bool {
	if version == "" || version == "$Latest" || version == "$Default" {
		return true
	}
	n, err := strconv.ParseInt(version, 10, 64)
	return err == nil && n > 0 && version == strconv.FormatInt(n, 10)
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

func checkTag(key, value string) error {
	switch {
	case key == "":
		return &InputError{fmt.Sprintf("a tag with the value %q has no key", value)}
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return &InputError{fmt.Sprintf("tag key %q begins with aws:, which only AWS may write", key)}
	case utf8.RuneCountInString(key) > maxTagKey:
		return &InputError{fmt.Sprintf("tag key %q has %d characters; at most %d", key, utf8.RuneCountInString(key), maxTagKey)}
	case utf8.RuneCountInString(value) > maxTagValue:
		return &InputError{fmt.Sprintf("the value of tag %q has %d characters; at most %d", key, utf8.RuneCountInString(value), maxTagValue)}
	}
	return nil
}
