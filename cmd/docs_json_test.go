package cmd

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/musterhq/muster/mock/world"
)

// TestDocsNameEveryMemberOfTheJSON holds the tables of json.md against what the commands print: it has to name every member.
func TestDocsNameEveryMemberOfTheJSON(t *testing.T) {
	page := readPage(t, "docs/reference/json.md")
	documents := []any{
		settingsPlan{}, settingsResults{}, resizePlan{}, resizeResults{},
		settingsPlan{}, settingsResults{}, resizePlan{}, resizeResults{}, consoleJSON{}, eventsJSON{},
		lsJSON{}, launchPlan{}, launched{}, powerPlan{}, powerResults{}, runPlanJSON{}, patchPlan{}, patchResults{}, patchReport{}, explainedJSON{}, runSummary{}, mockStatus{}, mockServed{}, world.Fault{}, metadataPort{}, versionInfo{}, templateItem{}, templateVersion{}, templateDiff{},
		leftOutEvent{}, sentEvent{}, answerLostEvent{}, progressEvent{}, nodeEvent{}, skippedEvent{}, stoppedEvent{}, cancelledEvent{}, finishedEvent{},
	}
	members := map[string]string{}
	for _, document := range documents {
		addMembers(members, reflect.TypeOf(document))
	}
	for name, of := range members {
		if !regexp.MustCompile("[`.]" + name + "`").MatchString(page) {
			t.Errorf("the page does not name %s, a member of %s", name, of)
		}
	}
}

// addMembers collects the names of a type's JSON members and those of what it holds.
func addMembers(names map[string]string, typ reflect.Type) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		addMembers(names, typ.Elem())
	case reflect.Struct:
		for i := range typ.NumField() {
			field := typ.Field(i)
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			if name == "-" || !field.Anonymous && name == "" {
				continue
			}
			if name != "" {
				names[name] = typ.String()
			}
			addMembers(names, field.Type)
		}
	}
}
