package ssm

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The quotas of inventory: bytes of a call's items, and custom types of an account and region.
// https://docs.aws.amazon.com/general/latest/gr/ssm.html
const (
	maxInventoryBytes = 1 << 20
	maxCustomTypes    = 20
)

// PutInventory puts a node's data of one or more types, all or none.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutInventory.html
func (s *Service) PutInventory(ctx context.Context, in *ssmapi.PutInventoryInput) (*ssmapi.PutInventoryOutput, error) {
	if err := checkInventoryItems(in); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	n, err := a.inventoryNode(*in.InstanceId)
	if err != nil {
		return nil, err
	}
	size, made := 0, map[string]bool{}
	for _, i := range in.Items {
		if err := a.admit(n, i); err != nil {
			return nil, err
		}
		content, _ := json.Marshal(i.Content) // strings: it cannot fail
		size += len(content)
		if _, ok := a.schema(*i.TypeName); !ok {
			made[*i.TypeName] = true
		}
	}
	switch {
	case size > maxInventoryBytes: // assumed: counted as JSON; the text
		return nil, modelled("TotalSizeLimitExceededException", "The size of inventory data has exceeded the total size limit for the resource.")
	case len(made) > 0 && len(made)+len(a.Inventory.Custom) > maxCustomTypes:
		return nil, modelled("CustomSchemaCountLimitExceededException", "You have exceeded the limit for custom schemas. Delete one or more custom schemas and try again.")
	}
	for _, i := range in.Items {
		a.putItem(n.Instance.ID, i)
	}
	return &ssmapi.PutInventoryOutput{}, nil
}

// checkInventoryItems checks a call against the API reference.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_InventoryItem.html
func checkInventoryItems(in *ssmapi.PutInventoryInput) error {
	var v wire.Validation
	v.Required("instanceId", in.InstanceId)
	v.Pattern("instanceId", in.InstanceId, instanceForm)
	v.Required("items", in.Items)
	v.Length("items", in.Items, 1, 30)
	for i, item := range in.Items {
		at := "items." + strconv.Itoa(i+1) + ".member."
		inventoryName(&v, at+"typeName", item.TypeName)
		v.Required(at+"schemaVersion", item.SchemaVersion)
		v.Pattern(at+"schemaVersion", item.SchemaVersion, schemaForm)
		v.Required(at+"captureTime", item.CaptureTime)
		v.Pattern(at+"captureTime", item.CaptureTime, captureTimeForm)
		v.Length(at+"content", item.Content, 0, 10000)
		v.Length(at+"contentHash", item.ContentHash, 0, 256)
	}
	return v.Err()
}

// admit says whether an item can be put on a node.
func (a *account) admit(n *managed, i types.InventoryItem) error {
	name := *i.TypeName
	custom := strings.HasPrefix(name, customPrefix)
	sc, known := a.schema(name)
	switch {
	case name == customPrefix || !custom && !known:
		return unknownType(name)
	case len(i.Context) > 0: // only AWS:ComplianceItem has one, and that the mock has not; assumed: the text
		return modelled("UnsupportedInventoryItemContextException", "The type %s does not support Context.", name)
	case slices.Contains([]string{instanceInformation, applicationType, patchSummaryType}, name):
		return wire.Errorf("ValidationException", "muster's mock does not model putting %s: it has what the simulated agent reports", name)
	case !custom && sc.Version != *i.SchemaVersion: // assumed: the text
		return modelled("UnsupportedInventorySchemaVersionException", "The schema version %s of %s is not supported.", *i.SchemaVersion, name)
	}
	for _, entry := range i.Content {
		for key := range entry {
			if !custom && !slices.Contains(sc.Attributes, key) { // assumed: that it is this one of the exceptions, and the text
				return modelled("InvalidItemContentException", "The type %s has no attribute %s.", name, key)
			}
		}
	}
	// The agent sends a hash alone when nothing has changed, and the content again when the
	// service does not know the hash (amazon-ssm-agent, inventory uploader). assumed: the text.
	if i.Content == nil && a.Inventory.Items[n.Instance.ID][name].Hash != orDefault(i.ContentHash, "-") {
		return modelled("ItemContentMismatchException", "The content of %s is not that of the hash.", name)
	}
	return nil
}

// putItem stores an item; content that has the hash of what is there only renews the time.
func (a *account) putItem(nodeID string, i types.InventoryItem) {
	inv := &a.Inventory
	if inv.Items == nil {
		inv.Items = map[string]map[string]inventoryItem{}
	}
	if inv.Items[nodeID] == nil {
		inv.Items[nodeID] = map[string]inventoryItem{}
	}
	has, was := inv.Items[nodeID][*i.TypeName]
	has.Version, has.Captured = *i.SchemaVersion, *i.CaptureTime
	if hash := orDefault(i.ContentHash, ""); !was || hash == "" || hash != has.Hash {
		has.Hash, has.Content = hash, i.Content
	}
	inv.Items[nodeID][*i.TypeName] = has
	if strings.HasPrefix(*i.TypeName, customPrefix) {
		inv.learn(*i.TypeName, *i.SchemaVersion, i.Content)
	}
}

// learn makes or widens a custom type. assumed: it has the last version put, and the
// attributes of all that was.
func (inv *inventory) learn(name, version string, content []map[string]string) {
	at := slices.IndexFunc(inv.Custom, func(sc inventorySchema) bool { return sc.Name == name })
	if at < 0 {
		at, inv.Custom = len(inv.Custom), append(inv.Custom, inventorySchema{Name: name})
	}
	names := inv.Custom[at].Attributes
	for _, entry := range content {
		names = slices.AppendSeq(names, maps.Keys(entry))
	}
	slices.Sort(names)
	inv.Custom[at].Version, inv.Custom[at].Attributes = version, slices.Compact(names)
}

// deletion is what a DeleteInventory did: how many items of each version it met.
type deletion struct {
	ID       string         `json:"id"`
	TypeName string         `json:"typeName"`
	Versions map[string]int `json:"versions"`
}

// DeleteInventory deletes the data of a custom type on all nodes, and with DeleteSchema
// the type. assumed: at once, though the answer tells what remains as AWS's does.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteInventory.html
func (s *Service) DeleteInventory(ctx context.Context, in *ssmapi.DeleteInventoryInput) (*ssmapi.DeleteInventoryOutput, error) {
	var v wire.Validation
	inventoryName(&v, "typeName", in.TypeName)
	wire.Enum(&v, "schemaDeleteOption", in.SchemaDeleteOption, in.SchemaDeleteOption.Values())
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	token := orDefault(in.ClientToken, "")
	if done, ok := a.Inventory.Deletions[token]; ok && done.TypeName == *in.TypeName {
		return done.describe(), nil
	}
	if _, ok := a.schema(*in.TypeName); !ok || !strings.HasPrefix(*in.TypeName, customPrefix) {
		return nil, unknownType(*in.TypeName)
	}
	if in.SchemaDeleteOption == types.InventorySchemaDeleteOptionDisableSchema {
		return nil, wire.Errorf("ValidationException", "muster's mock does not model SchemaDeleteOption %s", in.SchemaDeleteOption)
	}
	d := deletion{ID: s.world.UUID(), TypeName: *in.TypeName, Versions: map[string]int{}}
	for _, items := range a.Inventory.Items {
		if item, ok := items[d.TypeName]; ok {
			d.Versions[item.Version]++
		}
	}
	if !in.DryRun {
		a.Inventory.drop(d, token, in.SchemaDeleteOption == types.InventorySchemaDeleteOptionDeleteSchema)
	}
	return d.describe(), nil
}

// drop deletes a type's data and notes it under the caller's token.
func (inv *inventory) drop(d deletion, token string, schemaToo bool) {
	for _, items := range inv.Items {
		delete(items, d.TypeName)
	}
	if schemaToo {
		inv.Custom = slices.DeleteFunc(inv.Custom, func(sc inventorySchema) bool { return sc.Name == d.TypeName })
	}
	if token == "" {
		return
	}
	if inv.Deletions == nil {
		inv.Deletions = map[string]deletion{}
	}
	inv.Deletions[token] = d
}

// describe is the answer, in order of version.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/inventory-custom.html
func (d deletion) describe() *ssmapi.DeleteInventoryOutput {
	sum := &types.InventoryDeletionSummary{SummaryItems: []types.InventoryDeletionSummaryItem{}}
	for _, version := range slices.Sorted(maps.Keys(d.Versions)) {
		n := int32(d.Versions[version])
		sum.TotalCount, sum.RemainingCount = sum.TotalCount+n, sum.RemainingCount+n
		sum.SummaryItems = append(sum.SummaryItems, types.InventoryDeletionSummaryItem{Version: new(version), Count: n, RemainingCount: n})
	}
	return &ssmapi.DeleteInventoryOutput{DeletionId: new(d.ID), TypeName: new(d.TypeName), DeletionSummary: sum}
}
