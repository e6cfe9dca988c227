package settings

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The longest key and value of a tag, in characters
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions).
const (
	maxKey   = 128
	maxValue = 256
)

// TagError says what is wrong with a tag as somebody typed it.
type TagError struct {
	Text    string // the tag
	Problem string // what is wrong with it
}

// Error names the tag and the problem.
func (e *TagError) Error() string { return fmt.Sprintf("tag %q %s", e.Text, e.Problem) }

// ParseTags reads tags as KEY=VALUE; an empty value is one. With remove, KEY alone removes whatever the value. The error is a
// [*TagError].
func ParseTags(texts []string, remove bool) (TagChange, error) {
	c := TagChange{}
	seen := map[string]bool{}
	for _, text := range texts {
		key, value, hasValue := strings.Cut(text, "=")
		problem := tagProblem(key, value)
		switch {
		case problem == "" && seen[key]:
			problem = "stands there twice"
		case problem == "" && !hasValue && !remove:
			problem = "has no value; KEY=VALUE, or KEY= for an empty one"
		}
		if problem != "" {
			return TagChange{}, &TagError{text, problem}
		}
		seen[key] = true
		c.add(key, value, hasValue, remove)
	}
	return c, nil
}

func (c *TagChange) add(key, value string, hasValue, remove bool) {
	switch {
	case !remove && c.Set == nil:
		c.Set = map[string]string{}
	case remove && c.Remove == nil:
		c.Remove = map[string]*string{}
	}
	switch {
	case !remove:
		c.Set[key] = value
	case hasValue:
		c.Remove[key] = new(value)
	default:
		c.Remove[key] = nil
	}
}

// tagProblem says what AWS would not take of a tag, or nothing.
func tagProblem(key, value string) string {
	switch {
	case key == "":
		return "has no key"
	case reserved(key):
		return "is AWS's own: keys with aws: cannot be changed"
	case utf8.RuneCountInString(key) > maxKey:
		return fmt.Sprintf("has a key of %d characters; at most %d", utf8.RuneCountInString(key), maxKey)
	case utf8.RuneCountInString(value) > maxValue:
		return fmt.Sprintf("has a value of %d characters; at most %d", utf8.RuneCountInString(value), maxValue)
	case !utf8.ValidString(key + value):
		return "is not UTF-8"
	}
	return ""
}
