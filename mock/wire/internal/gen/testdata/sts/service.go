// Package sts is a service package for the tests of the generator and of the codecs: of its operations only the names count.
package sts

import "github.com/musterhq/muster/mock/wire"

// Operations is the list that the generator reads.
var Operations = map[string]wire.Operation{
	"AssumeRole":        {},
	"GetCallerIdentity": {},
}

// Names returns the generated table.
func Names() *wire.Names { return names }
