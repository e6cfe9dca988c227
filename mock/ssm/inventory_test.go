package ssm_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
	"github.com/musterhq/muster/mock/world"
)

func instant(t *testing.T, groups ...mock.Group) rig {
	t.Helper()
	return newRig(t, world.Settings{Lag: new(time.Duration(0))}, groups...)
}

// rack is an item of a custom type.
func rack(change func(*types.InventoryItem)) []types.InventoryItem {
	i := types.InventoryItem{TypeName: new("Custom:RackInfo"), SchemaVersion: new("1.0"), CaptureTime: new("2025-01-02T03:04:05Z"), Content: []map[string]string{{"RackLocation": "Bay B"}, {"RackLocation": "Bay C"}}}
	if change != nil {
		change(&i)
	}
	return []types.InventoryItem{i}
}

func (r rig) putRack(node string, change func(*types.InventoryItem)) error {
	_, err := r.ssm.PutInventory(r.Context(), &ssmapi.PutInventoryInput{InstanceId: &node, Items: rack(change)})
	return err
}

// entries are all of a node's entries of a type, page by page.
func (r rig) entries(node, typeName string, size int32, filters ...types.InventoryFilter) (out []map[string]string) {
	r.Helper()
	in := &ssmapi.ListInventoryEntriesInput{InstanceId: &node, TypeName: &typeName, Filters: filters, MaxResults: &size}
	for {
		page, err := r.ssm.ListInventoryEntries(r.Context(), in)
		if err != nil {
			r.Fatal(err)
		}
		if len(page.Entries) > int(size) {
			r.Errorf("a page of %d", len(page.Entries))
		}
		out = append(out, page.Entries...)
		if in.NextToken = page.NextToken; in.NextToken == nil {
			return out
		}
	}
}

func TestApplicationsAreTheMachinesPackages(t *testing.T) {
	for platform, listing := range map[string]string{"amazon-linux-2023": "rpm -qa --queryformat '%{NAME} %{VERSION}\n' | sort", "ubuntu-24.04": "dpkg-query -W -f '${Package} ${Version}\n' | sort"} {
		t.Run(platform, func(t *testing.T) {
			r := instant(t, mock.Group{Count: 1, Platform: platform})
			var got []string
			for _, e := range r.entries(r.ids[0], "AWS:Application", 7) {
				got = append(got, e["Name"]+" "+e["Version"])
			}
			want := *r.get(r.send(listing, nil), r.ids[0]).StandardOutputContent
			if diff := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), got); diff != "" {
				t.Errorf("packages (-machine +inventory):\n%s", diff)
			}
		})
	}
}

func TestInventoryIsFilteredByNode(t *testing.T) {
	r := instant(t, mock.Group{Count: 2}, mock.Group{Count: 1, Platform: "ubuntu-24.04"}, windows(1))
	all := r.ids
	for _, tt := range []struct {
		name   string
		key    string
		how    types.InventoryQueryOperatorType
		values []string
		want   []string
	}{
		{"equal", "AWS:InstanceInformation.InstanceId", "Equal", []string{all[1], all[2]}, all[1:3]},
		{"no type", "AWS:InstanceInformation.InstanceId", "", all[:1], all[:1]},
		{"not equal", "AWS:InstanceInformation.PlatformType", "NotEqual", []string{"Linux"}, all[3:]},
		{"begin", "AWS:InstanceInformation.PlatformName", "BeginWith", []string{"Ubuntu"}, all[2:3]},
		{"greater, by number", "AWS:InstanceInformation.PlatformVersion", "GreaterThan", []string{"9"}, []string{all[0], all[1], all[2], all[3]}},
		{"less", "AWS:InstanceInformation.PlatformVersion", "LessThan", []string{"9"}, nil},
		{"of another type", "AWS:Application.ApplicationType", "GreaterThan", []string{""}, all[2:3]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, err := r.ssm.GetInventory(t.Context(), &ssmapi.GetInventoryInput{Filters: []types.InventoryFilter{{Key: &tt.key, Type: tt.how, Values: tt.values}}})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, e := range out.Entities {
				got = append(got, *e.Id)
				if id := e.Data["AWS:InstanceInformation"].Content[0]["InstanceId"]; id != *e.Id {
					t.Errorf("%s calls itself %s", *e.Id, id)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	apps, err := r.ssm.GetInventory(t.Context(), &ssmapi.GetInventoryInput{ResultAttributes: []types.ResultAttribute{{TypeName: new("AWS:Application")}}})
	if err != nil || len(apps.Entities) != 4 || len(apps.Entities[0].Data["AWS:Application"].Content) == 0 || len(apps.Entities[3].Data) != 0 {
		t.Errorf("applications: %+v, %v", apps, err)
	}
}

func TestCustomInventoryIsPutListedKeptAndDeleted(t *testing.T) {
	r := instant(t, mock.Group{Count: 2})
	for i, id := range r.ids {
		if err := r.putRack(id, func(item *types.InventoryItem) {
			item.SchemaVersion, item.ContentHash = new(fmt.Sprintf("%d.0", i+1)), new("h1")
		}); err != nil {
			t.Fatal(err)
		}
	}
	// A hash that is known renews the time, an unknown one is a mismatch.
	later := func(hash string) func(*types.InventoryItem) {
		return func(item *types.InventoryItem) {
			item.Content, item.ContentHash, item.CaptureTime = nil, &hash, new("2025-02-02T03:04:05Z")
		}
	}
	wantCode(t, r.putRack(r.ids[0], later("h2")), "ItemContentMismatchException")
	if err := r.putRack(r.ids[0], later("h1")); err != nil {
		t.Fatal(err)
	}
	data, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := instant(t)
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	bay := types.InventoryFilter{Key: new("Custom:RackInfo.RackLocation"), Values: []string{"Bay C"}}
	if diff := cmp.Diff([]map[string]string{{"RackLocation": "Bay C"}}, again.entries(r.ids[0], "Custom:RackInfo", 1, bay)); diff != "" {
		t.Error(diff)
	}
	out, err := again.ssm.ListInventoryEntries(t.Context(), &ssmapi.ListInventoryEntriesInput{InstanceId: &r.ids[0], TypeName: new("Custom:RackInfo")})
	if err != nil || *out.CaptureTime != "2025-02-02T03:04:05Z" || *out.SchemaVersion != "1.0" || len(out.Entries) != 2 {
		t.Errorf("%+v, %v", out, err)
	}
	remove := func(dry bool, option types.InventorySchemaDeleteOption) (int32, error) {
		out, err := again.ssm.DeleteInventory(t.Context(), &ssmapi.DeleteInventoryInput{TypeName: new("Custom:RackInfo"), DryRun: dry, SchemaDeleteOption: option})
		if err != nil {
			return 0, err
		}
		return out.DeletionSummary.TotalCount, nil
	}
	for _, want := range []struct {
		dry   bool
		count int32
	}{{true, 2}, {false, 2}, {false, 0}} {
		if n, err := remove(want.dry, ""); err != nil || n != want.count {
			t.Errorf("deleted %d, %v; want %d", n, err, want.count)
		}
	}
	if got := again.entries(r.ids[0], "Custom:RackInfo", 5); len(got) != 0 {
		t.Errorf("left: %v", got)
	}
	if _, err := remove(false, types.InventorySchemaDeleteOptionDeleteSchema); err != nil {
		t.Fatal(err)
	}
	_, err = again.ssm.GetInventorySchema(t.Context(), &ssmapi.GetInventorySchemaInput{TypeName: new("Custom:RackInfo")})
	wantCode(t, err, "InvalidTypeNameException")
}

func TestADeletionWithATokenIsDoneOnce(t *testing.T) {
	r := instant(t, mock.Group{Count: 1})
	in := &ssmapi.DeleteInventoryInput{TypeName: new("Custom:RackInfo"), ClientToken: new("11111111-2222-3333-4444-555555555555")}
	var ids []string
	for range 2 {
		if err := r.putRack(r.ids[0], nil); err != nil {
			t.Fatal(err)
		}
		out, err := r.ssm.DeleteInventory(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, *out.DeletionId)
	}
	if ids[0] != ids[1] || len(r.entries(r.ids[0], "Custom:RackInfo", 5)) != 2 {
		t.Errorf("deletions %q; the second must do nothing", ids)
	}
}

func TestWrongInventoryIsRefused(t *testing.T) {
	r := instant(t, mock.Group{Count: 1})
	for _, tt := range []struct {
		code   string
		change func(*types.InventoryItem)
	}{
		{"ValidationException", func(i *types.InventoryItem) { i.TypeName = new("Mine:Rack") }},
		{"ValidationException", func(i *types.InventoryItem) { i.CaptureTime = new("2025-01-02 03:04:05") }},
		{"ValidationException", func(i *types.InventoryItem) { i.SchemaVersion = new("1") }},
		{"ValidationException", func(i *types.InventoryItem) { i.TypeName, i.SchemaVersion = new("AWS:Application"), new("1.1") }},
		{"InvalidTypeNameException", func(i *types.InventoryItem) { i.TypeName = new("AWS:Rack") }},
		{"UnsupportedInventorySchemaVersionException", func(i *types.InventoryItem) { i.TypeName, i.SchemaVersion = new("AWS:File"), new("2.0") }},
		{"InvalidItemContentException", func(i *types.InventoryItem) { i.TypeName = new("AWS:File") }},
		{"UnsupportedInventoryItemContextException", func(i *types.InventoryItem) { i.Context = map[string]string{"ExecutionId": "x"} }},
		{"ItemContentMismatchException", func(i *types.InventoryItem) { i.Content = nil }},
		{"TotalSizeLimitExceededException", func(i *types.InventoryItem) {
			for range 300 {
				i.Content = append(i.Content, map[string]string{"RackLocation": strings.Repeat("x", 4096)})
			}
		}},
	} {
		wantCode(t, r.putRack(r.ids[0], tt.change), tt.code)
	}
	wantCode(t, r.putRack("i-00000000000000000", nil), "InvalidInstanceId")
	_, err := r.ssm.DeleteInventory(t.Context(), &ssmapi.DeleteInventoryInput{TypeName: new("AWS:Application")})
	wantCode(t, err, "InvalidTypeNameException")
	for code, in := range map[string]*ssmapi.GetInventoryInput{
		"InvalidFilter":                   {Filters: []types.InventoryFilter{{Key: new("AWS:InstanceInformation.Nothing"), Values: []string{"x"}}}},
		"InvalidResultAttributeException": {ResultAttributes: []types.ResultAttribute{{TypeName: new("Custom:RackInfo")}}},
	} {
		_, err := r.ssm.GetInventory(t.Context(), in)
		wantCode(t, err, code)
	}
	_, err = r.ssm.GetInventory(t.Context(), &ssmapi.GetInventoryInput{Filters: []types.InventoryFilter{{Key: new("AWS:InstanceInformation.InstanceId"), Type: "Exists", Values: []string{"true"}}}})
	wantCode(t, err, "InvalidFilter")
	if _, err := r.ssm.GetInventory(t.Context(), &ssmapi.GetInventoryInput{Aggregators: []types.InventoryAggregator{{Expression: new("AWS:InstanceInformation.PlatformType")}}}); err == nil || !strings.Contains(err.Error(), "Aggregators") {
		t.Errorf("aggregators: %v", err)
	}
}

func TestCustomTypesAreAtMostTwenty(t *testing.T) {
	r := instant(t, mock.Group{Count: 1})
	for n := range 21 {
		err := r.putRack(r.ids[0], func(i *types.InventoryItem) { i.TypeName = new(fmt.Sprintf("Custom:T%d", n)) })
		if n == 20 {
			wantCode(t, err, "CustomSchemaCountLimitExceededException")
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
