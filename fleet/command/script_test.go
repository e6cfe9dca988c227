package command

import (
	"errors"
	"os/exec"
	"strings"
	"testing"
	"unicode/utf8"

	"mvdan.cc/sh/v3/syntax"
)

func TestScriptOf(t *testing.T) {
	tests := []struct {
		words []string
		want  string
	}{
		{[]string{"df -h | grep /var; echo $HOME"}, "df -h | grep /var; echo $HOME"},
		{[]string{"systemctl", "restart", "nginx"}, "systemctl restart nginx"},
		{[]string{"echo", "a  b"}, "echo 'a  b'"},
		{[]string{"echo", ""}, "echo ''"},
		{[]string{"echo", "$HOME", "*", ";", "if"}, "echo '$HOME' '*' ';' 'if'"},
		{[]string{"echo", "it's"}, `echo "it's"`},
		{[]string{"awk", "{\n\tprint $1\n}"}, "awk '{\n\tprint $1\n}'"},
		{[]string{"echo", "it's\na tab\t"}, "echo 'it'\\''s\na tab\t'"},
		{[]string{"LANG=C", "sort"}, "'LANG=C' sort"},
	}
	for _, test := range tests {
		if got, err := ScriptOf(test.words); err != nil || got != test.want {
			t.Errorf("%q gives %q, %v; want %q", test.words, got, err, test.want)
		}
	}
	if _, err := ScriptOf([]string{"echo", "a\x00b"}); !errors.Is(err, errNullByte) {
		t.Errorf("a zero byte gives %v", err)
	}
}

func TestScriptsThatWouldNotArriveAsWritten(t *testing.T) {
	refused := []string{
		"", " \n\t", "echo \xff", "echo \x00",
		"echo {{ssm:/app/password}}", "echo {{ ssm:name:3 }}", "echo {{ssm-secure:name}}",
	}
	for _, script := range refused {
		err := checkScript(script)
		if problem, ok := errors.AsType[*RequestError](err); !ok || problem.Field != FieldScript {
			t.Errorf("script %q: %v, want a RequestError", script, err)
		}
	}
	for _, script := range []string{"docker ps --format '{{.Names}}'", "echo {{ commands }}", "echo {{ executionTimeout }}"} {
		if err := checkScript(script); err != nil {
			t.Errorf("script %q: %v", script, err)
		}
	}
}

// The words that a POSIX shell reads back are the words that were quoted.
func FuzzQuote(f *testing.F) {
	for _, seed := range []string{"", "plain", "a b", "it's", "$(x)`y`", "\\", "\t\n\r", "é🙂", "{{ x }}", "~", "#", "!"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if strings.Contains(word, "\x00") || !utf8.ValidString(word) {
			t.Skip("ScriptOf and NewPlan refuse it")
		}
		quoted := quote(word)
		if strings.Contains(word, "\r") {
			t.Skip("the parser below drops carriage returns that a shell keeps")
		}
		file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader("x "+quoted), "")
		if err != nil || len(file.Stmts) != 1 {
			t.Fatalf("%q is quoted as %q, which is not one word: %v", word, quoted, err)
		}
		call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
		if !ok || len(call.Args) != 2 || len(call.Args[1].Parts) == 0 {
			t.Fatalf("%q is quoted as %q, which is not one word", word, quoted)
		}
	})
}

func TestQuotedWordsReachTheShellUnchanged(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell here")
	}
	words := []string{"a  b", "it's", "$HOME", "`x`", "\\n", "tab\there", "line\nbreak", "é🙂", "", "*", "cr\rhere", "~", "!x", "-n"}
	script, err := ScriptOf(append([]string{"printf", "[%s]"}, words...))
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), shell, "-c", script).Output()
	if want := "[" + strings.Join(words, "][") + "]"; err != nil || string(out) != want {
		t.Errorf("the shell sees %q, %v; want %q", out, err, want)
	}
}
