package launch

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Property is one thing that a launch template's data says: where it stands and what it is.
type Property struct {
	Path  string // such as "MetadataOptions.HttpTokens" or "TagSpecifications[instance].Tags[role]"
	Value string
}

// Change is a difference between two launch templates' data.
type Change struct {
	Path     string
	Old, New string // empty where the side has no such property
}

// Properties returns what data says, sorted by path. The elements of a list stand under what names them (a device, a tag's key),
// so that their order does not matter. User data, which may hold secrets, is shown by its size and digest, unless secrets is
// set; then it is decoded.
func Properties(data ec2types.ResponseLaunchTemplateData, secrets bool) ([]Property, error) {
	encoded, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	decoder := json.NewDecoder(strings.NewReader(string(encoded)))
	decoder.UseNumber()
	if err := decoder.Decode(&tree); err != nil {
		return nil, err
	}
	if text, ok := tree["UserData"].(string); ok {
		tree["UserData"] = showUserData(text, secrets)
	}
	found := map[string]string{}
	flatten(found, "", tree)
	properties := make([]Property, 0, len(found))
	for _, path := range slices.Sorted(maps.Keys(found)) {
		properties = append(properties, Property{path, found[path]})
	}
	return properties, nil
}

// showUserData decodes user data, or describes it. What is not base64 is described as it is.
func showUserData(text string, secrets bool) string {
	plain, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		plain = []byte(text)
	}
	if secrets {
		return string(plain)
	}
	return fmt.Sprintf("%d bytes, sha256 %x", len(plain), sha256.Sum256(plain))
}

// Changes returns the differences from one data to another, sorted by path; none where they say the same. secrets is as for
// [Properties].
func Changes(from, to ec2types.ResponseLaunchTemplateData, secrets bool) ([]Change, error) {
	before, err := Properties(from, secrets)
	if err != nil {
		return nil, err
	}
	after, err := Properties(to, secrets)
	if err != nil {
		return nil, err
	}
	sides := map[string]*Change{}
	at := func(path string) *Change {
		if sides[path] == nil {
			sides[path] = &Change{Path: path}
		}
		return sides[path]
	}
	for _, p := range before {
		at(p.Path).Old = p.Value
	}
	for _, p := range after {
		at(p.Path).New = p.Value
	}
	var changes []Change
	for _, path := range slices.Sorted(maps.Keys(sides)) {
		if c := sides[path]; c.Old != c.New {
			changes = append(changes, *c)
		}
	}
	return changes, nil
}

// flatten notes the leaves of a tree by their paths. What is not set is no leaf.
func flatten(found map[string]string, path string, v any) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for name, inner := range v {
			flatten(found, strings.TrimPrefix(path+"."+name, "."), inner)
		}
	case []any:
		for i, inner := range v {
			flattenElement(found, path, i, inner)
		}
	case string:
		if v != "" {
			found[path] = v
		}
	default:
		found[path] = fmt.Sprint(v)
	}
}

// flattenElement notes an element of a list: by what names it, or by its place. A tag is its key's value.
func flattenElement(found map[string]string, path string, i int, v any) {
	element, isMap := v.(map[string]any)
	if !isMap {
		flatten(found, path+"["+strconv.Itoa(i)+"]", v)
		return
	}
	if key, ok := element["Key"].(string); ok && len(element) == 2 {
		value, _ := element["Value"].(string)
		found[path+"["+key+"]"] = cmp.Or(value, `""`) // a tag without a value is not no tag
		return
	}
	name := strconv.Itoa(i)
	for _, member := range []string{"DeviceName", "ResourceType", "DeviceIndex"} {
		if given := element[member]; given != nil {
			name = fmt.Sprint(given)
			delete(element, member)
			break
		}
	}
	flatten(found, path+"["+name+"]", element)
}
