package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jmespath/go-jmespath"
)

// query is the value of --query: a JMESPath expression that is asked of a command's JSON value. The zero value asks nothing.
type query struct {
	text     string
	compiled *jmespath.JMESPath
}

// String, Set and Type make it a flag. Set refuses what could not be evaluated, before anything is done; errors that depend on
// the value come later.
func (q *query) String() string { return q.text }

func (q *query) Set(text string) error {
	compiled, err := jmespath.Compile(text)
	if err != nil {
		return queryError(text, err)
	}
	if at, name := unknownFunction(text); name != "" {
		return &queryProblem{text, at, fmt.Sprintf("there is no function %s", name)}
	}
	*q = query{text, compiled}
	return nil
}

func (q *query) Type() string { return "JMESPATH" }

func (q *query) given() bool { return q.compiled != nil }

// of evaluates the expression on the JSON of a value.
func (q *query) of(value any) (any, error) {
	plain, err := plainJSON(value)
	if err != nil {
		return nil, err
	}
	found, err := q.compiled.Search(plain)
	if err != nil {
		return nil, fmt.Errorf("--query %s: %w", q.text, err)
	}
	return found, nil
}

// queryProblem is a place in an expression that makes no sense.
type queryProblem struct {
	text    string
	at      int // bytes before the place
	problem string
}

func (e *queryProblem) Error() string {
	return fmt.Sprintf("column %d: %s", e.column()+1, e.problem)
}

// column is how many characters stand before the place.
func (e *queryProblem) column() int {
	at := min(e.at, len(e.text))
	for at > 0 && at < len(e.text) && !utf8.RuneStart(e.text[at]) {
		at--
	}
	return utf8.RuneCountInString(e.text[:at])
}

// shown is the expression and below it a sign at the place. The expression may have several lines.
func (e *queryProblem) shown() []string {
	return []string{"  " + printable(e.text), "  " + strings.Repeat(" ", e.column()) + "^"}
}

// queryError finds the place of an error of the library.
func queryError(text string, err error) error {
	if syntax, ok := errors.AsType[jmespath.SyntaxError](err); ok {
		problem := strings.TrimPrefix(syntax.Error(), "SyntaxError: ")
		return &queryProblem{text, syntax.Offset, lowerFirst(tokenNames().Replace(problem))}
	}
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		if at := badLiteral(text); at >= 0 {
			return &queryProblem{text, at, "what stands between backticks is not JSON: `\"running\"`, or 'running' for a string"}
		}
	}
	return err
}

func lowerFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(r)) + s[size:]
}

// tokenNames says for the library's names of signs what people type.
func tokenNames() *strings.Replacer {
	return strings.NewReplacer(
		", received: ", " and found ", "tUnknown", "a sign that means nothing", "tEOF", "the end", "tStar", "*", "tDot", ".", "tFilter", "[?", "tFlatten", "[]",
		"tLparen", "(", "tRparen", ")", "tLbracket", "[", "tRbracket", "]", "tLbrace", "{", "tRbrace", "}", "tOr", "||",
		"tPipe", "|", "tNumber", "a number", "tUnquotedIdentifier", "a name", "tQuotedIdentifier", "a name in quotes",
		"tComma", ",", "tColon", ":", "tLTE", "<=", "tLT", "<", "tGTE", ">=", "tGT", ">", "tEQ", "==", "tNE", "!=",
		"tJSONLiteral", "a literal", "tStringLiteral", "a string", "tCurrent", "@", "tExpref", "&", "tAnd", "&&", "tNot", "!")
}

// queryPart matches what stands for itself in an expression, in quotes or backticks, or a name before a parenthesis.
func queryPart() *regexp.Regexp {
	return regexp.MustCompile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"|`(?:[^`\\\\]|\\\\.)*`|([A-Za-z_][A-Za-z0-9_]*)\\s*\\(")
}

// unknownFunction finds the first function that JMESPath does not have (https://jmespath.org/specification.html#built-in-functions).
// The library would find it only when it comes to evaluate it, after a command has acted.
func unknownFunction(text string) (at int, name string) {
	for _, part := range queryPart().FindAllStringSubmatchIndex(text, -1) {
		if part[2] < 0 {
			continue
		}
		if name := text[part[2]:part[3]]; !slices.Contains(queryFunctions(), name) {
			return part[2], name
		}
	}
	return 0, ""
}

func queryFunctions() []string {
	return []string{
		"abs", "avg", "ceil", "contains", "ends_with", "floor", "join", "keys", "length", "map", "max", "max_by", "merge", "min",
		"min_by", "not_null", "reverse", "sort", "sort_by", "starts_with", "sum", "to_array", "to_number", "to_string", "type", "values",
	}
}

// badLiteral finds the first literal between backticks that is not JSON, or is -1.
func badLiteral(text string) int {
	for _, part := range queryPart().FindAllStringIndex(text, -1) {
		literal := text[part[0]:part[1]]
		if inside, ok := strings.CutPrefix(literal, "`"); ok {
			if !json.Valid([]byte(strings.ReplaceAll(strings.TrimSuffix(inside, "`"), "\\`", "`"))) {
				return part[0]
			}
		}
	}
	return -1
}
