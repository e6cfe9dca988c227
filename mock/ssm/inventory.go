package ssm

import (
	"context"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// inventoryNode is a node that has inventory: one that has registered.
func (a *account) inventoryNode(id string) (*managed, error) {
	if n := a.nodes[id]; n != nil && !n.Registered.IsZero() {
		return n, nil
	}
	return nil, modelled("InvalidInstanceId", "")
}

// inventoryEntry is an entry with its place in the list.
type inventoryEntry struct {
	fields map[string]string
	place  int64
}

// ListInventoryEntries lists a node's entries of one type.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListInventoryEntries.html
func (s *Service) ListInventoryEntries(ctx context.Context, in *ssmapi.ListInventoryEntriesInput) (*ssmapi.ListInventoryEntriesOutput, error) {
	var v wire.Validation
	v.Required("instanceId", in.InstanceId)
	v.Pattern("instanceId", in.InstanceId, instanceForm)
	inventoryName(&v, "typeName", in.TypeName)
	checkInventoryFilters(&v, in.Filters)
	size := pageSize(&v, in.MaxResults, 1, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	n, err := a.inventoryNode(*in.InstanceId)
	if err != nil {
		return nil, err
	}
	if _, ok := a.schema(*in.TypeName); !ok {
		return nil, unknownType(*in.TypeName)
	}
	filters, err := a.inventoryFilters(in.Filters)
	if err != nil {
		return nil, err
	}
	if err := onlyOfType(filters, *in.TypeName); err != nil {
		return nil, err
	}
	item, ok := a.item(n, *in.TypeName, s.world.Now())
	found, next, err := cutPage("ListInventoryEntries", item.entries(filters), size, in.NextToken, func(e inventoryEntry) int64 { return e.place })
	if err != nil {
		return nil, err
	}
	out := &ssmapi.ListInventoryEntriesOutput{InstanceId: in.InstanceId, TypeName: in.TypeName, NextToken: next, Entries: mapped(found, func(e inventoryEntry) map[string]string { return e.fields })}
	if ok {
		out.SchemaVersion, out.CaptureTime = new(item.Version), new(item.Captured)
	}
	return out, nil
}

// entries are the entries that pass every filter.
func (i inventoryItem) entries(filters []inventoryFilter) []inventoryEntry {
	var out []inventoryEntry
	for place, fields := range i.Content {
		if matchesAll(filters, func(f inventoryFilter) bool { return f.match(fields) }) {
			out = append(out, inventoryEntry{fields, int64(place)})
		}
	}
	return out
}

// GetInventory shows the nodes that pass the filters, with their data of one type.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventory.html
func (s *Service) GetInventory(ctx context.Context, in *ssmapi.GetInventoryInput) (*ssmapi.GetInventoryOutput, error) {
	var v wire.Validation
	v.Length("resultAttributes", in.ResultAttributes, 1, 1)
	checkInventoryFilters(&v, in.Filters)
	typeName := instanceInformation
	for _, r := range in.ResultAttributes {
		inventoryName(&v, "resultAttributes.1.member.typeName", r.TypeName)
		typeName = orDefault(r.TypeName, "")
	}
	size := pageSize(&v, in.MaxResults, 1, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	if _, ok := a.schema(typeName); !ok { // assumed: the text
		return nil, modelled("InvalidResultAttributeException", "The result attribute %s is not valid.", typeName)
	}
	filters, err := a.inventoryFilters(in.Filters)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	// assumed: a node passes a filter with any one of its entries, and shows them all.
	found := filtered(a.Nodes, func(n *managed) bool {
		return !n.Registered.IsZero() && matchesAll(filters, func(f inventoryFilter) bool {
			item, _ := a.item(n, f.typeName, now)
			return len(item.entries([]inventoryFilter{f})) > 0
		})
	})
	found, next, err := cutPage("GetInventory", found, size, in.NextToken, nodePlace)
	if err != nil {
		return nil, err
	}
	return &ssmapi.GetInventoryOutput{NextToken: next, Entities: mapped(found, func(n *managed) types.InventoryResultEntity {
		item, ok := a.item(n, typeName, now)
		return inventoryEntity(n.Instance.ID, typeName, item, ok)
	})}, nil
}

// inventoryEntity is a node in GetInventory's answer. assumed: one that has nothing of
// the type is there without data.
func inventoryEntity(id, typeName string, item inventoryItem, has bool) types.InventoryResultEntity {
	out := types.InventoryResultEntity{Id: new(id), Data: map[string]types.InventoryResultItem{}}
	if has {
		out.Data[typeName] = types.InventoryResultItem{TypeName: new(typeName), SchemaVersion: new(item.Version), CaptureTime: new(item.Captured), Content: item.Content}
	}
	return out
}

// numberedSchema is a type with its place in the list.
type numberedSchema struct {
	inventorySchema
	place int64
}

// GetInventorySchema lists the types that there are, or the one that is named.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetInventorySchema.html
func (s *Service) GetInventorySchema(ctx context.Context, in *ssmapi.GetInventorySchemaInput) (*ssmapi.GetInventorySchemaOutput, error) {
	var v wire.Validation
	v.Length("typeName", in.TypeName, 0, 100)
	size := pageSize(&v, in.MaxResults, 50, 200)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a, wanted := s.in(world.ScopeOf(ctx)), orDefault(in.TypeName, "")
	var found []numberedSchema
	for place, sc := range a.schemas() {
		if wanted == "" || sc.Name == wanted {
			found = append(found, numberedSchema{sc, int64(place)})
		}
	}
	if wanted != "" && len(found) == 0 {
		return nil, unknownType(wanted)
	}
	found, next, err := cutPage("GetInventorySchema", found, size, in.NextToken, func(sc numberedSchema) int64 { return sc.place })
	if err != nil {
		return nil, err
	}
	return &ssmapi.GetInventorySchemaOutput{NextToken: next, Schemas: mapped(found, func(sc numberedSchema) types.InventoryItemSchema { return sc.describe() })}, nil
}
