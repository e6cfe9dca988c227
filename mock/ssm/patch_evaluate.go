package ssm

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/node"
)

// The states of a patch, as the agent writes them and the API's samples show them; the
// enum of the API's model has other words.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-compliance-states.html
const (
	stateInstalled      = "Installed"
	stateInstalledOther = "InstalledOther"
	stateRejected       = "InstalledRejected"
	statePendingReboot  = "InstalledPendingReboot"
	stateNotApplicable  = "NotApplicable"
	stateMissing        = "Missing"
	stateFailed         = "Failed"
)

// patchItem is what a report says of one package.
type patchItem struct {
	ID             string                     `json:"id"`    // name.arch
	Title          string                     `json:"title"` // with the version
	Name           string                     `json:"name"`
	Version        string                     `json:"version"`
	State          string                     `json:"state"`
	Classification string                     `json:"classification,omitempty"`
	Severity       string                     `json:"severity,omitempty"`
	Level          types.PatchComplianceLevel `json:"level"`
	Installed      time.Time                  `json:"installed,omitzero"`
	CVEs           []string                   `json:"cves,omitempty"` // of what is missing or failed
}

// compliant says whether the item's state is one that complies.
func (i patchItem) compliant() bool {
	return i.State == stateInstalled || i.State == stateInstalledOther || i.State == stateNotApplicable
}

// platformFacts are what Patch Manager makes of a platform of the machines: the
// operating system, and the product that filters name.
var platformFacts = map[string]struct {
	os      types.OperatingSystem
	product string
}{
	"amazon-linux-2":    {types.OperatingSystemAmazonLinux2, "AmazonLinux2"},
	"amazon-linux-2023": {types.OperatingSystemAmazonLinux2023, "AmazonLinux2023"},
	"rhel-9":            {types.OperatingSystemRedhatEnterpriseLinux, "RedhatEnterpriseLinux9.6"},
	"ubuntu-22.04":      {types.OperatingSystemUbuntu, "Ubuntu22.04"},
	"ubuntu-24.04":      {types.OperatingSystemUbuntu, "Ubuntu24.04"},
	"debian-12":         {types.OperatingSystemDebian, "Debian12"},
}

// candidate is one version of a package, as a baseline judges it.
type candidate struct {
	name, arch, version string
	section, priority   string
	advisory            node.Advisory
	published           time.Time
	installed           bool
}

// candidates are the version that is installed, if one is, and those that could be.
func candidates(p node.Package, installed bool) []candidate {
	base := candidate{name: p.Name, arch: p.Arch, version: p.Version, section: p.Section, priority: p.Priority, advisory: p.Advisory, published: p.Published, installed: installed}
	out := []candidate{base}
	for _, u := range p.Updates {
		next := base
		next.version, next.advisory, next.published, next.installed = u.Version, u.Advisory, u.Published, false
		out = append(out, next)
	}
	return out
}

// judge says in what state a package is under a baseline: the newest version that the
// baseline approves counts.
func (b *baseline) judge(p node.Package, product string, now time.Time) patchItem {
	item := b.item(candidates(p, true)[0])
	item.Installed, item.State = p.Installed, stateInstalledOther
	for _, c := range candidates(p, true) {
		level, ok := b.approves(c, product, now)
		if !ok {
			continue
		}
		item = b.item(c)
		item.Level, item.Installed, item.State = level, p.Installed, stateInstalled
		if !c.installed {
			item.Installed, item.State = time.Time{}, stateMissing
			item.CVEs = b.fixed(p, c)
		}
	}
	if item.State != stateMissing && b.RejectedAction == types.PatchActionBlock && b.rejects(candidates(p, true)[0]) {
		item.State = stateRejected
	}
	return item
}

// judgeAbsent says whether a package that is not installed is one that the baseline
// names: it is then not applicable.
func (b *baseline) judgeAbsent(p node.Package, product string, now time.Time) (patchItem, bool) {
	c := candidates(p, false)[0]
	level, ok := b.approves(c, product, now)
	item := b.item(c)
	item.State, item.Level = stateNotApplicable, level
	return item, ok
}

// fixed are the CVEs that an update fixes, with those of the versions between. Only
// metadata of rpm's kind has them.
func (b *baseline) fixed(p node.Package, to candidate) []string {
	if isDebian(b.OS) {
		return nil
	}
	var cves []string
	for _, u := range p.Updates {
		cves = append(cves, u.Advisory.CVEs...)
		if u.Version == to.version {
			break
		}
	}
	return cves
}

// item describes a version: its id and title are made as the agent makes them
// (github.com/tekumara/aws-ssm-patch-manager, package_matcher.py).
func (b *baseline) item(c candidate) patchItem {
	i := patchItem{ID: c.name + "." + c.arch, Name: c.name, Version: c.version, Classification: c.advisory.Classification, Severity: c.advisory.Severity, Level: types.PatchComplianceLevelUnspecified}
	if isDebian(b.OS) {
		i.Title, i.Severity = i.ID+":"+c.version, c.priority
		return i
	}
	epoch, rest, ok := strings.Cut(c.version, ":")
	if !ok {
		epoch, rest = "0", c.version
	}
	i.Title = i.ID + ":" + epoch + ":" + rest
	return i
}

// approves says whether a baseline approves a version, and at what compliance level:
// rejected patches never; then those of its list; then those of its rules.
func (b *baseline) approves(c candidate, product string, now time.Time) (types.PatchComplianceLevel, bool) {
	if b.rejects(c) {
		return types.PatchComplianceLevelUnspecified, false
	}
	var levels []types.PatchComplianceLevel
	if c.matchesAny(b.Approved) {
		levels = append(levels, b.ApprovedLevel)
	}
	if c.passes(b.GlobalFilters, product) {
		for _, r := range b.Rules {
			if c.passes(r.PatchFilterGroup.PatchFilters, product) && b.due(r, c, now) && b.covers(r, c) {
				levels = append(levels, r.ComplianceLevel)
			}
		}
	}
	if len(levels) == 0 {
		return types.PatchComplianceLevelUnspecified, false
	}
	return slices.MaxFunc(levels, func(a, b types.PatchComplianceLevel) int { return cmp.Compare(levelRank(a), levelRank(b)) }), true
}

func (b *baseline) rejects(c candidate) bool { return c.matchesAny(b.Rejected) }

// levelRank orders compliance levels, UNSPECIFIED being the least.
func levelRank(l types.PatchComplianceLevel) int {
	return slices.Index([]types.PatchComplianceLevel{
		types.PatchComplianceLevelUnspecified, types.PatchComplianceLevelInformational, types.PatchComplianceLevelLow,
		types.PatchComplianceLevelMedium, types.PatchComplianceLevelHigh, types.PatchComplianceLevelCritical,
	}, l)
}

// due says whether the time of a rule has come for a version. Debian's kind has no
// dates of release, so the rule's time does not count there.
func (b *baseline) due(r types.PatchRule, c candidate, now time.Time) bool {
	if isDebian(b.OS) {
		return true
	}
	if r.ApproveUntilDate != nil {
		until, err := time.Parse(time.DateOnly, *r.ApproveUntilDate)
		return err == nil && c.published.Before(until.AddDate(0, 0, 1))
	}
	return c.published.Add(approvalDays(r)).Before(now)
}

// covers says whether a rule covers a version: without EnableNonSecurity only what has
// an advisory, or comes from the security archive of Debian or Ubuntu.
func (b *baseline) covers(r types.PatchRule, c candidate) bool {
	if r.EnableNonSecurity != nil && *r.EnableNonSecurity {
		return true
	}
	if isDebian(b.OS) {
		return c.advisory.Classification == "Security"
	}
	return c.advisory.ID != ""
}

// passes says whether a version passes all filters; the values of one are alternatives.
func (c candidate) passes(filters []types.PatchFilter, product string) bool {
	return !slices.ContainsFunc(filters, func(f types.PatchFilter) bool {
		has := map[types.PatchFilterKey]string{
			types.PatchFilterKeyProduct: product, types.PatchFilterKeyClassification: c.advisory.Classification, types.PatchFilterKeySeverity: c.advisory.Severity,
			types.PatchFilterKeyPriority: c.priority, types.PatchFilterKeySection: c.section,
		}[f.Key]
		return !slices.ContainsFunc(f.Values, func(v string) bool { return v == "*" || strings.EqualFold(v, has) })
	})
}

// matchesAny says whether a version is named by a list of approved or rejected patches:
// by name, version, architecture or parts of them, with wildcards.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/patch-manager-approved-rejected-package-name-formats.html
func (c candidate) matchesAny(patterns []string) bool {
	_, rest, ok := strings.Cut(c.version, ":")
	if !ok {
		rest = c.version
	}
	number := rest
	if i := strings.LastIndex(rest, "-"); i >= 0 {
		number = rest[:i]
	}
	forms := []string{
		c.name, c.name + "." + c.arch, c.name + "-" + number, c.name + "-" + rest, c.name + "-" + rest + "." + c.arch, c.version, rest,
		c.name + "-" + c.version, c.name + "-" + c.version + "." + c.arch, c.name + "." + c.arch + ":" + c.version, c.version + ":" + c.name + "-" + rest + "." + c.arch,
	}
	return slices.ContainsFunc(patterns, func(p string) bool {
		return slices.ContainsFunc(forms, func(form string) bool {
			match, err := path.Match(strings.ToLower(p), strings.ToLower(form))
			return err == nil && match
		})
	})
}
