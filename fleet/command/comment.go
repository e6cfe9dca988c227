package command

import (
	"strings"
	"unicode"
	"unicode/utf16"
)

// maxCommentLength is the longest Comment of a command, in characters (API reference, SendCommand). The service counts
// in UTF-16 (assumed: it is written in Java), so a character outside the basic plane is counted as two here.
const maxCommentLength = 100

// commentOf is the comment of one command: the run's key, the batch's mark, then as much of the user's text as fits.
// Line breaks and other control characters of the text become blanks.
func commentOf(key Key, mark, text string) string {
	comment := string(key) + "/" + mark
	if text = cleanComment(text); text != "" {
		comment += " " + text
	}
	return cutUTF16(comment, maxCommentLength)
}

// ParseComment reads the key and the batch's mark out of the comment of a command, and says whether the command was sent
// by a run at all.
func ParseComment(comment string) (key Key, mark string, ok bool) {
	head, _, _ := strings.Cut(comment, " ")
	name, mark, found := strings.Cut(head, "/")
	key, err := ParseKey(name)
	if err != nil || !found || !isMark(mark) {
		return "", "", false
	}
	return key, mark, true
}

// isMark tells whether text is a batch's number from 1, with a letter a or b for each time that the batch was halved.
func isMark(text string) bool {
	number := strings.TrimRight(text, "ab")
	return number != "" && number[0] != '0' && strings.Trim(number, "0123456789") == ""
}

func cleanComment(text string) string {
	blank := func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}
	return strings.TrimSpace(strings.Map(blank, text))
}

// cutUTF16 shortens text to the given number of UTF-16 code units, between two characters.
func cutUTF16(text string, units int) string {
	for i, r := range text {
		if units -= max(utf16.RuneLen(r), 1); units < 0 {
			return strings.TrimRight(text[:i], " ")
		}
	}
	return text
}
