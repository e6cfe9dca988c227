package node

import (
	"io/fs"
	"strconv"
	"strings"
)

// specialBits are the mode bits above the permissions, with chmod's numbers.
var specialBits = [...]struct {
	octal uint64
	mode  fs.FileMode
}{{0o4000, fs.ModeSetuid}, {0o2000, fs.ModeSetgid}, {0o1000, fs.ModeSticky}}

// modeBits are all the bits that chmod changes.
const modeBits = fs.ModePerm | fs.ModeSetuid | fs.ModeSetgid | fs.ModeSticky

// modeOf is a mode from chmod's number.
func modeOf(octal uint64) fs.FileMode {
	m := fs.FileMode(octal & 0o777)
	for _, b := range specialBits {
		if octal&b.octal != 0 {
			m |= b.mode
		}
	}
	return m
}

// octalMode is chmod's number for a mode.
func octalMode(m fs.FileMode) uint64 {
	n := uint64(m.Perm())
	for _, b := range specialBits {
		if m&b.mode != 0 {
			n |= b.octal
		}
	}
	return n
}

// changeMode applies what chmod takes, a number or clauses such as u+x,go=r, to
// a mode. ok is false for what makes no sense.
func changeMode(spec string, old fs.FileMode, umask uint32) (m fs.FileMode, ok bool) {
	if spec != "" && spec[0] >= '0' && spec[0] <= '9' {
		n, err := strconv.ParseUint(spec, 8, 12)
		m = modeOf(n)
		if old.IsDir() && len(spec) < 5 { // GNU chmod keeps these bits of a directory
			m |= old & (fs.ModeSetuid | fs.ModeSetgid)
		}
		return old&^modeBits | m, err == nil
	}
	m = old
	for clause := range strings.SplitSeq(spec, ",") {
		if m, ok = changeClause(clause, m, fs.FileMode(umask)); !ok {
			return old, false
		}
	}
	return m, true
}

// changeClause applies one clause: who, then one or more of an operator and
// permissions.
func changeClause(clause string, m, umask fs.FileMode) (fs.FileMode, bool) {
	end := strings.IndexAny(clause, "+-=")
	if end < 0 {
		return m, false
	}
	who, rest := clause[:end], clause[end:]
	if strings.Trim(who, "ugoa") != "" {
		return m, false
	}
	for rest != "" {
		op := rest[0]
		next := strings.IndexAny(rest[1:], "+-=") + 1
		if next == 0 {
			next = len(rest)
		}
		bits, ok := permBits(rest[1:next], m)
		if !ok {
			return m, false
		}
		m = applyBits(m, op, who, bits, umask)
		rest = rest[next:]
	}
	return m, true
}

// permBits are the bits of letters such as rwX or u, for all of user, group and
// others.
func permBits(letters string, m fs.FileMode) (bits fs.FileMode, ok bool) {
	for _, letter := range letters {
		switch letter {
		case 'r':
			bits |= 0o444
		case 'w':
			bits |= 0o222
		case 'x':
			bits |= 0o111
		case 'X':
			if m.IsDir() || m&0o111 != 0 {
				bits |= 0o111
			}
		case 's':
			bits |= fs.ModeSetuid | fs.ModeSetgid
		case 't':
			bits |= fs.ModeSticky
		case 'u':
			bits |= m >> 6 & 7 * 0o111
		case 'g':
			bits |= m >> 3 & 7 * 0o111
		case 'o':
			bits |= m & 7 * 0o111
		default:
			return 0, false
		}
	}
	return bits, true
}

// applyBits applies one operator. Where nobody is named it is for all, as far
// as the umask lets.
func applyBits(m fs.FileMode, op byte, who string, bits, umask fs.FileMode) fs.FileMode {
	mask := fs.FileMode(0)
	for _, w := range who {
		mask |= map[rune]fs.FileMode{'u': 0o700 | fs.ModeSetuid, 'g': 0o070 | fs.ModeSetgid, 'o': 0o007 | fs.ModeSticky, 'a': modeBits}[w]
	}
	if who == "" {
		mask = modeBits &^ umask
	}
	switch op {
	case '+':
		return m | bits&mask
	case '-':
		return m &^ (bits & mask)
	}
	if m.IsDir() { // = leaves these bits of a directory unless they are named
		mask &^= (fs.ModeSetuid | fs.ModeSetgid) &^ bits
	}
	return m&^mask | bits&mask
}
