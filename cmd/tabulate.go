package cmd

import (
	"maps"
	"slices"
	"strings"
)

// tabulate makes rows of any JSON value, for tables and CSV of what has no rows of its own, as the result of --query: a list
// of objects has a column for each member, sorted by name; a list of lists has columns without names; everything else is one
// row, or one for each element. What is nested stands as JSON in its cell.
func tabulate(value any) *table {
	rows := []any{value}
	if list, ok := value.([]any); ok {
		rows = list
	}
	if value == nil {
		rows = nil
	}
	if len(rows) > 0 && !slices.ContainsFunc(rows, func(v any) bool { return !isObject(v) }) {
		return tabulateObjects(rows)
	}
	t := newTable()
	for _, row := range rows {
		cells, ok := row.([]any)
		if !ok {
			cells = []any{row}
		}
		t.add(cellTexts(cells)...)
	}
	return t
}

func tabulateObjects(objects []any) *table {
	names := map[string]bool{}
	for _, o := range objects {
		for name := range o.(map[string]any) {
			names[name] = true
		}
	}
	columns := slices.Sorted(maps.Keys(names))
	t := newTable(columns...)
	for _, o := range objects {
		cells := make([]any, len(columns))
		for i, name := range columns {
			cells[i] = o.(map[string]any)[name]
		}
		t.add(cellTexts(cells)...)
	}
	return t
}

// cellTexts writes values for the cells of a row: nothing for no value.
func cellTexts(values []any) []any {
	texts := make([]any, len(values))
	for i, v := range values {
		texts[i] = cellText(v)
	}
	return texts
}

func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case bool:
		return map[bool]string{true: "true", false: "false"}[v]
	case []any, map[string]any:
		var b strings.Builder
		if err := writeJSONLine(&b, v); err != nil {
			return "" // what came from JSON goes back to JSON
		}
		return strings.TrimSpace(b.String())
	}
	return simpleText(v)
}
