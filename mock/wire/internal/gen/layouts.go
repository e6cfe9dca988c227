package main

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
)

// The SDK's source is itself generated, so what is looked for here is laid out alike everywhere.
// What is not as expected is an error, not a guess.

// serializers: each member is a statement like
//
//	if v.Tags != nil {
//		objectKey := object.FlatKey("Tag")
//		if err := awsEc2query_serializeDocumentTagList(v.Tags, objectKey); err != nil {
//
// and a list's function begins with value.Array("Item").
var serializers = direction{verb: "serialize", suffix: "Input", members: serializedMembers, itemCall: "Array"}

func serializedMembers(s *sdkSource, fn *ast.FuncDecl) ([]member, error) {
	var members []member
	for _, stmt := range fn.Body.List {
		name, flat := literalOf(stmt, "Key"), false
		if name == "" {
			name, flat = literalOf(stmt, "FlatKey"), true
		}
		if name == "" {
			continue
		}
		m := member{field: fieldOf(stmt, "v"), name: name, flat: flat, next: s.handedTo(stmt)}
		if m.field == "" {
			return nil, fmt.Errorf("%s belongs to no field", name)
		}
		members = append(members, m)
	}
	return members, nil
}

// deserializers: each member is a case like
//
//	case strings.EqualFold("tagSet", t.Name.Local):
//		nodeDecoder := smithyxml.WrapNodeDecoder(decoder.Decoder, t)
//		if err := awsEc2query_deserializeDocumentTagList(&sv.Tags, nodeDecoder); err != nil {
//
// where the function for a flat list is called …Unwrapped, and a list's function has one such case
// for the elements.
var deserializers = direction{verb: "deserialize", suffix: "Output", members: deserializedMembers, itemCall: "EqualFold"}

func deserializedMembers(s *sdkSource, fn *ast.FuncDecl) ([]member, error) {
	var members []member
	var err error
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		clause, ok := n.(*ast.CaseClause)
		if !ok || len(clause.List) == 0 {
			return true
		}
		body := &ast.BlockStmt{List: clause.Body}
		m := member{field: fieldOf(body, "sv"), name: literalOf(clause.List[0], "EqualFold"), next: s.handedTo(body)}
		m.next, m.flat = strings.CutSuffix(m.next, "Unwrapped")
		if m.field == "" || m.name == "" {
			err = fmt.Errorf("a case has the name %q and the field %q", m.name, m.field)
		}
		members = append(members, m)
		return false
	})
	return members, err
}

// irregular returns the types of a JSON service that have members whose names differ from their Go
// fields', with those members. In the methods SerializeMembers each member is a statement like
//
//	if v.Key != "" {
//		s.WriteString(schemas.CommandFilter_key, string(v.Key))
func (s *sdkSource) irregular() ([]shape, error) {
	var shapes []shape
	for _, typ := range slices.Sorted(maps.Keys(s.funcs)) {
		found := shape{typ: typ}
		for _, stmt := range s.funcs[typ].Body.List {
			_, name, _ := strings.Cut(fieldOf(stmt, "schemas"), "_")
			field := fieldOf(stmt, "v")
			if name == "" || field == "" {
				return nil, fmt.Errorf("%s: a statement has the name %q and the field %q", typ, name, field)
			}
			if name != field {
				found.members = append(found.members, member{field: field, name: name})
			}
		}
		if len(found.members) > 0 {
			shapes = append(shapes, found)
		}
	}
	return shapes, nil
}
