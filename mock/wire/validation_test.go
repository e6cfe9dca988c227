package wire_test

import (
	"regexp"
	"testing"

	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
)

func TestValidation(t *testing.T) {
	name := regexp.MustCompile(`^[a-zA-Z0-9_\-.]{3,128}$`)
	loose := regexp.MustCompile(`[a-z]+`)
	for _, tt := range []struct {
		name  string
		check func(*wire.Validation)
		want  string // without the code
	}{
		{"nothing", func(*wire.Validation) {}, ""},
		{"required pointer", func(v *wire.Validation) { v.Required("commandId", (*string)(nil)) },
			"1 validation error detected: Value null at 'commandId' failed to satisfy constraint: Member must not be null"},
		{"required list", func(v *wire.Validation) { v.Required("tags", []string(nil)) },
			"1 validation error detected: Value null at 'tags' failed to satisfy constraint: Member must not be null"},
		{"required enum", func(v *wire.Validation) { v.Required("key", ssmtypes.CommandFilterKey("")) },
			"1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null"},
		{"required and there", func(v *wire.Validation) {
			v.Required("a", new(""))
			v.Required("b", []string{})
			v.Required("c", ssmtypes.CommandFilterKeyStatus)
		}, ""},
		{"range, above", func(v *wire.Validation) { v.Range("maxResults", new(int32(51)), 1, 50) },
			"1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{"range, below", func(v *wire.Validation) { v.Range("maxResults", new(int32(0)), 1, 50) },
			"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"range, at the ends and absent", func(v *wire.Validation) {
			v.Range("maxResults", new(int32(1)), 1, 50)
			v.Range("maxResults", new(int32(50)), 1, 50)
			v.Range("maxResults", nil, 1, 50)
		}, ""},
		{"length of a list", func(v *wire.Validation) { v.Length("instanceIds", []string{"i-1", "i-2", "i-3"}, 0, 2) },
			"1 validation error detected: Value '[i-1, i-2, i-3]' at 'instanceIds' failed to satisfy constraint: Member must have length less than or equal to 2"},
		{"length of a list of structures", func(v *wire.Validation) { v.Length("targets", make([]ssmtypes.Target, 2), 0, 1) },
			"1 validation error detected: Value '[Target, Target]' at 'targets' failed to satisfy constraint: Member must have length less than or equal to 1"},
		{"length of an empty list", func(v *wire.Validation) { v.Length("filters", []string{}, 1, 5) },
			"1 validation error detected: Value '[]' at 'filters' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"length of a string, below", func(v *wire.Validation) { v.Length("name", new(""), 1, 5) },
			"1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"length counts characters", func(v *wire.Validation) { v.Length("name", new("ééé😀"), 4, 4) }, ""},
		{"length of what is absent", func(v *wire.Validation) {
			v.Length("name", (*string)(nil), 1, 5)
			v.Length("list", []string(nil), 1, 5)
			v.Length("map", map[string]string(nil), 1, 5)
		}, ""},
		{"pattern", func(v *wire.Validation) { v.Pattern("documentName", new("a b c"), name) },
			`1 validation error detected: Value 'a b c' at 'documentName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\-.]{3,128}$`},
		{"pattern without anchors", func(v *wire.Validation) { v.Pattern("x", new("abc1"), loose) },
			`1 validation error detected: Value 'abc1' at 'x' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+`},
		{"pattern of what is absent", func(v *wire.Validation) { v.Pattern("documentName", nil, name) }, ""},
		{"pattern that matches", func(v *wire.Validation) { v.Pattern("documentName", new("AWS-RunShellScript"), name) }, ""},
		{"enum", func(v *wire.Validation) {
			wire.Enum(v, "filters.1.member.key", "Nonsense", []ssmtypes.CommandFilterKey{"InvokedAfter", "Status"})
		}, "1 validation error detected: Value 'Nonsense' at 'filters.1.member.key' failed to satisfy constraint: Member must satisfy enum value set: [InvokedAfter, Status]"},
		{"enum that is allowed or absent", func(v *wire.Validation) {
			wire.Enum(v, "a", "Status", []ssmtypes.CommandFilterKey{"Status"})
			wire.Enum(v, "a", "", []ssmtypes.CommandFilterKey{"Status"})
		}, ""},
		{"elements", func(v *wire.Validation) {
			v.Each("keys", []string{"ok", ""}, wire.Element{Min: 1, Max: 3, Pattern: loose})
		},
			"1 validation error detected: Value '[ok, ]' at 'keys' failed to satisfy constraint: Member must satisfy constraint: " +
				"[Member must have length less than or equal to 3, Member must have length greater than or equal to 1, " +
				"Member must satisfy regular expression pattern: [a-z]+]"},
		{"elements of an enum", func(v *wire.Validation) { v.Each("types", []string{"C"}, wire.Element{Enum: []string{"A", "B"}}) },
			"1 validation error detected: Value '[C]' at 'types' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [A, B]]"},
		{"several", func(v *wire.Validation) {
			v.Pattern("roleArn", new(""), loose)
			v.Length("roleArn", new(""), 20, 2048)
		}, "2 validation errors detected: Value '' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+; " +
			"Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v wire.Validation
			tt.check(&v)
			got := ""
			if err := v.Err(); err != nil {
				got = err.Error()
			}
			want := tt.want
			if want != "" {
				want = "ValidationException: " + want
			}
			if got != want {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
		})
	}
}
