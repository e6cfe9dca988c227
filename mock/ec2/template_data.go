package ec2

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// templateData is what a template, or a launch, says about instances: a tree of objects,
// lists and values under AWS's own member names, with what was not given left out. It is
// what encoding/json makes of an object, so that it is the same before and after a state
// file. EC2's requests and answers name these members alike; a test holds them to it.
type templateData map[string]any

// treeOf turns one of the SDK's structs into a tree. A pointer to an empty value was
// given: NoDevice is an empty text.
func treeOf(v any) templateData {
	tree, _ := given(reflect.Indirect(reflect.ValueOf(v))).(map[string]any)
	return tree
}

func given(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return given(v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return t.UTC().Format(time.RFC3339Nano)
		}
		return givenMembers(v)
	case reflect.Slice:
		list := make([]any, 0, v.Len())
		for i := range v.Len() {
			list = append(list, given(v.Index(i)))
		}
		return list
	case reflect.String:
		return v.String()
	case reflect.Int32, reflect.Int64:
		return float64(v.Int())
	}
	return v.Interface()
}

func givenMembers(v reflect.Value) map[string]any {
	out := map[string]any{}
	for i := range v.NumField() {
		f, member := v.Type().Field(i), v.Field(i)
		if f.IsExported() && !member.IsZero() && (member.Kind() != reflect.Slice || member.Len() > 0) {
			out[f.Name] = given(member)
		}
	}
	return out
}

// as reads a tree into one of the SDK's structs; members that it lacks are left out.
func as[T any](tree templateData) T {
	var out T
	data, _ := json.Marshal(tree)  // what JSON made, JSON can write
	_ = json.Unmarshal(data, &out) // the types of the members are those that were given
	return out
}

func (d templateData) describe() *types.ResponseLaunchTemplateData {
	return new(as[types.ResponseLaunchTemplateData](d))
}

// itemKeys are the lists whose items are known by a member: a launch adds to them or
// changes items, where other lists are replaced.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
var itemKeys = map[string]string{
	"BlockDeviceMappings": "DeviceName", "NetworkInterfaces": "DeviceIndex", "TagSpecifications": "ResourceType", "Tags": "Key",
}

// wholes are the structures that are replaced because their members exclude each other.
var wholes = []string{"IamInstanceProfile"}

// overlay lays over on base: values are replaced, structures merged member by member,
// and lists as itemKeys says. Neither argument is changed; the result shares parts with both.
func overlay(base, over templateData) templateData {
	out := templateData{}
	maps.Copy(out, base)
	for name, v := range over {
		if below, ok := base[name]; ok && !slices.Contains(wholes, name) {
			v = overlayMember(name, below, v)
		}
		out[name] = v
	}
	return out
}

func overlayMember(name string, base, over any) any {
	switch over := over.(type) {
	case map[string]any:
		if base, ok := base.(map[string]any); ok {
			return map[string]any(overlay(base, over))
		}
	case []any:
		key := itemKeys[name]
		if base, ok := base.([]any); ok && key != "" {
			return overlayItems(key, base, over)
		}
	}
	return over
}

func overlayItems(key string, base, over []any) []any {
	out := slices.Clone(base)
	for _, item := range over {
		at := slices.IndexFunc(out, func(other any) bool { return itemKey(other, key) == itemKey(item, key) })
		if at < 0 {
			out = append(out, item)
		} else {
			out[at] = overlayMember("", out[at], item)
		}
	}
	return out
}

// itemKey is what an item is known by; a network interface without an index is the primary one.
func itemKey(item any, key string) string {
	members, _ := item.(map[string]any)
	v, ok := members[key]
	if !ok && key == "DeviceIndex" {
		v = float64(0)
	}
	return fmt.Sprint(v)
}

// inherit lays a new version's members over its source's: unlike in a launch, a member
// that is given replaces the source's whole. Snapshots of the source are left behind.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html
func inherit(source, data templateData) templateData {
	out := maps.Clone(source)
	if mappings, ok := source["BlockDeviceMappings"].([]any); ok {
		out["BlockDeviceMappings"] = mapped(mappings, withoutSnapshot)
	}
	maps.Copy(out, data)
	return out
}

func withoutSnapshot(mapping any) any {
	members, _ := mapping.(map[string]any)
	ebs, ok := members["Ebs"].(map[string]any)
	if !ok {
		return mapping
	}
	members, ebs = maps.Clone(members), maps.Clone(ebs)
	delete(ebs, "SnapshotId")
	members["Ebs"] = ebs
	return members
}
