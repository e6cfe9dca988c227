package ssm

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// objectDirs are where a machine of the mock has what a real one would download: there
// is no S3, so that s3://BUCKET/KEY is read from the file /s3/BUCKET/KEY of the machine,
// and https://HOST/PATH from /https/HOST/PATH.
var objectDirs = map[string]string{"s3://": "/s3/", "https://": "/https/"}

// object reads what lies at a URL.
func (r *patchRun) object(url string) ([]byte, bool) {
	for scheme, dir := range objectDirs {
		if rest, ok := strings.CutPrefix(url, scheme); ok {
			data, err := r.machine.ReadFile(dir+rest, r.now)
			if err != nil {
				r.logf("Unable to download %s: muster's mock has no S3; give the machine the file %s", url, dir+rest)
			}
			return data, err == nil
		}
	}
	return nil, false
}

// readOverrides reads the two files that can stand in for the baseline, and returns the
// exit code of a run that cannot go on.
func (r *patchRun) readOverrides() int {
	if r.baselineFile != "" && r.installList != "" {
		r.logf("Cannot provide both Baseline Override and Install Override List")
		return codeBothOverrides
	}
	if r.baselineFile != "" {
		return r.readBaseline()
	}
	if r.installList == "" || !r.installs() {
		return 0
	}
	data, ok := r.object(r.installList)
	if ok {
		r.override, ok = readInstallList(string(data))
	}
	if !ok {
		r.logf("Invalid install override list: %s", r.installList)
		return codeOverrideInvalid
	}
	return 0
}

// readBaseline takes the one baseline of the override that is for this operating system.
// What comes of it is printed, not uploaded.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-baselineoverride-parameter.html
func (r *patchRun) readBaseline() int {
	data, ok := r.object(r.baselineFile)
	var list []types.BaselineOverride
	if !ok || json.Unmarshal(data, &list) != nil {
		r.logf("Invalid baseline override: %s", r.baselineFile)
		return codeOverrideInvalid
	}
	list = slices.DeleteFunc(list, func(o types.BaselineOverride) bool { return o.OperatingSystem != r.os })
	switch {
	case len(list) == 0:
		r.logf("The baseline override has no baseline for %s", r.os)
		return codeOverrideMissing
	case len(list) > 1:
		r.logf("The baseline override has %d baselines for %s", len(list), r.os)
		return codeOverrideTwice
	}
	b := overrideBaseline(list[0])
	if err := b.check(); err != nil {
		r.logf("Invalid baseline override: %v", err)
		return codeOverrideInvalid
	}
	r.baseline, r.printed = b, true
	r.logf("[BASELINE OVERRIDE]: the results are printed, not reported")
	return 0
}

func overrideBaseline(o types.BaselineOverride) *baseline {
	return &baseline{
		ID: "baselineoverride", Name: "baselineoverride", OS: o.OperatingSystem, GlobalFilters: filtersOf(o.GlobalFilters), Rules: rulesOf(o.ApprovalRules),
		Approved: o.ApprovedPatches, ApprovedLevel: o.ApprovedPatchesComplianceLevel, ApprovedNonSecurity: o.ApprovedPatchesEnableNonSecurity,
		Rejected: o.RejectedPatches, RejectedAction: o.RejectedPatchesAction, Sources: o.Sources,
	}
}

// overridePatch is an entry of an install override list.
type overridePatch struct{ id, title string }

// readInstallList reads the list: the part of YAML that the user guide shows, which is a
// list of id and title below "patches:".
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-override-lists.html
func readInstallList(text string) (list []overridePatch, ok bool) {
	list = []overridePatch{}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		item, dashed := strings.CutPrefix(line, "-")
		key, value, _ := strings.Cut(strings.TrimSpace(item), ":")
		value = strings.Trim(strings.TrimSpace(value), `'"`)
		switch {
		case line == "" || strings.HasPrefix(line, "#") || line == "patches:" || line == "-":
		case key == "id" && value != "":
			list = append(list, overridePatch{id: value})
		case key == "title" && len(list) > 0 && !dashed:
			list[len(list)-1].title = value
		default:
			return nil, false
		}
	}
	return list, len(list) > 0
}

// names says whether the override list names an item.
func (r *patchRun) names(i patchItem) bool {
	return slices.ContainsFunc(r.override, func(o overridePatch) bool {
		id, _ := path.Match(o.id, i.ID)
		name, _ := path.Match(o.id, i.Name)
		title, _ := path.Match(o.title, i.Title)
		return (id || name) && (o.title == "" || title)
	})
}

// overridden is what an override list lets an install install: the newest version that
// it names, whatever the baseline approves.
func (r *patchRun) overridden() []patchItem {
	var wanted []patchItem
	for _, p := range r.machine.Packages(r.now) {
		for _, c := range slices.Backward(candidates(p, true)) {
			if i := r.baseline.item(c); !c.installed && r.names(i) {
				wanted = append(wanted, i)
				break
			}
		}
	}
	return wanted
}
