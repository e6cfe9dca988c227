package ssm

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
)

// The forms of what names inventory: types, versions, times and content hashes.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InventoryItem.html
var (
	typeNameForm    = regexp.MustCompile(`^(AWS|Custom):.*$`)
	schemaForm      = regexp.MustCompile(`^([0-9]{1,6})(\.[0-9]{1,6})$`)
	captureTimeForm = regexp.MustCompile(`^(20)[0-9][0-9]-(0[1-9]|1[012])-([12][0-9]|3[01]|0[1-9])(T)(2[0-3]|[0-1][0-9])(:[0-5][0-9])(:[0-5][0-9])(Z)$`)
)

func inventoryName(v *wire.Validation, at string, name *string) {
	v.Required(at, name)
	v.Length(at, name, 1, 100)
	v.Pattern(at, name, typeNameForm)
}

func unknownType(name string) error { // assumed: the text
	return modelled("InvalidTypeNameException", "The inventory type %s is not valid.", name)
}

// inventoryFilter compares an attribute of a type's entries with values.
type inventoryFilter struct {
	typeName, attribute string
	values              []string
	how                 types.InventoryQueryOperatorType
}

// checkInventoryFilters checks filters against the API reference.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InventoryFilter.html
func checkInventoryFilters(v *wire.Validation, filters []types.InventoryFilter) {
	v.Length("filters", filters, 1, 5)
	for i, f := range filters {
		at := "filters." + strconv.Itoa(i+1) + ".member."
		v.Required(at+"key", f.Key)
		v.Length(at+"key", f.Key, 1, 200)
		v.Required(at+"values", f.Values)
		v.Length(at+"values", f.Values, 1, 40)
		wire.Enum(v, at+"type", f.Type, f.Type.Values())
	}
}

// inventoryFilters reads the keys of filters: a type, a point, an attribute. Exists is
// refused, because it must be used with aggregators, which the mock does not have.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InventoryFilter.html
func (a *account) inventoryFilters(filters []types.InventoryFilter) ([]inventoryFilter, error) {
	var out []inventoryFilter
	for _, f := range filters {
		if f.Type == types.InventoryQueryOperatorTypeExists { // assumed: the code and the text
			return nil, modelled("InvalidFilter", "The filter type Exists must be used with aggregators.")
		}
		i := max(0, strings.LastIndex(*f.Key, "."))
		name, attribute := (*f.Key)[:i], strings.TrimPrefix((*f.Key)[i:], ".")
		if sc, ok := a.schema(name); !ok || !slices.Contains(sc.Attributes, attribute) { // assumed: the text
			return nil, modelled("InvalidFilter", "The filter key %s is not valid.", *f.Key)
		}
		out = append(out, inventoryFilter{name, attribute, f.Values, f.Type})
	}
	return out, nil
}

// onlyOfType refuses filters of other types than the one that is listed.
func onlyOfType(filters []inventoryFilter, typeName string) error {
	for _, f := range filters {
		if f.typeName != typeName { // assumed: that it is refused, and the text
			return modelled("InvalidFilter", "The filter key %s.%s is not of the type %s.", f.typeName, f.attribute, typeName)
		}
	}
	return nil
}

func matchesAll(filters []inventoryFilter, match func(inventoryFilter) bool) bool {
	return !slices.ContainsFunc(filters, func(f inventoryFilter) bool { return !match(f) })
}

// match says whether an entry passes. assumed: Equal when no type is given, and an entry
// without the attribute passes NotEqual alone.
func (f inventoryFilter) match(entry map[string]string) bool {
	has, ok := entry[f.attribute]
	if f.how == types.InventoryQueryOperatorTypeNotEqual {
		return !ok || !slices.Contains(f.values, has)
	}
	return ok && slices.ContainsFunc(f.values, func(wanted string) bool {
		switch f.how {
		case types.InventoryQueryOperatorTypeBeginWith:
			return strings.HasPrefix(has, wanted)
		case types.InventoryQueryOperatorTypeLessThan:
			return compareInventory(has, wanted) < 0
		case types.InventoryQueryOperatorTypeGreaterThan:
			return compareInventory(has, wanted) > 0
		}
		return has == wanted
	})
}

// compareInventory orders values part by part between points, numbers by their size.
// assumed: so that 2.10 comes after 2.9.
func compareInventory(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(x, y string) int {
		m, errX := strconv.ParseInt(x, 10, 64)
		n, errY := strconv.ParseInt(y, 10, 64)
		if errX == nil && errY == nil {
			return int(max(-1, min(1, m-n)))
		}
		return strings.Compare(x, y)
	})
}
