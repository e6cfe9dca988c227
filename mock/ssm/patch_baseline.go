package ssm

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/mock/wire"
)

// baseline says which patches are approved. AWS's own are made from a table and belong
// to no account.
type baseline struct {
	Seq                   int64                       `json:"seq"`
	ID                    string                      `json:"id"` // pb-…; of AWS's own, the ARN
	Name                  string                      `json:"name"`
	Description           string                      `json:"description,omitempty"`
	OS                    types.OperatingSystem       `json:"os"`
	GlobalFilters         []types.PatchFilter         `json:"globalFilters,omitempty"`
	Rules                 []types.PatchRule           `json:"rules,omitempty"`
	Approved              []string                    `json:"approved,omitempty"`
	ApprovedLevel         types.PatchComplianceLevel  `json:"approvedLevel,omitempty"`
	ApprovedNonSecurity   bool                        `json:"approvedNonSecurity,omitempty"`
	Rejected              []string                    `json:"rejected,omitempty"`
	RejectedAction        types.PatchAction           `json:"rejectedAction,omitempty"`
	Sources               []types.PatchSource         `json:"sources,omitempty"`
	AvailableSecurity     types.PatchComplianceStatus `json:"availableSecurity,omitempty"`
	ClientToken           string                      `json:"clientToken,omitempty"`
	Created               time.Time                   `json:"created"`
	Modified              time.Time                   `json:"modified"`
	predefined, asDefault bool
}

// The forms and lengths of a baseline's members.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreatePatchBaseline.html
var (
	baselineName   = regexp.MustCompile(`^[a-zA-Z0-9_\-.]{3,128}$`)
	baselineIDForm = regexp.MustCompile(`^[a-zA-Z0-9_\-:/]{20,128}$`)
	patchGroupForm = regexp.MustCompile(`^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$`)
	untilDateForm  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// The quotas of Patch Manager: https://docs.aws.amazon.com/general/latest/gr/ssm.html
const (
	maxBaselines         = 50
	maxGroupsPerBaseline = 25
)

// plainID is a baseline's id without the rest of an ARN, as patch states show it.
func (b *baseline) plainID() string { return b.ID[strings.LastIndex(b.ID, "/")+1:] }

// check says what is wrong with a baseline's parts.
func (b *baseline) check() error {
	var v wire.Validation
	v.Length("approvedPatches", b.Approved, 0, 50)
	v.Each("approvedPatches", b.Approved, wire.Element{Min: 1, Max: 100})
	v.Length("rejectedPatches", b.Rejected, 0, 50)
	v.Each("rejectedPatches", b.Rejected, wire.Element{Min: 1, Max: 100})
	v.Length("approvalRules.patchRules", b.Rules, 0, 10)
	wire.Enum(&v, "operatingSystem", b.OS, b.OS.Values())
	wire.Enum(&v, "approvedPatchesComplianceLevel", b.ApprovedLevel, b.ApprovedLevel.Values())
	wire.Enum(&v, "rejectedPatchesAction", b.RejectedAction, b.RejectedAction.Values())
	wire.Enum(&v, "availableSecurityUpdatesComplianceStatus", b.AvailableSecurity, b.AvailableSecurity.Values())
	for _, r := range b.Rules {
		v.Required("approvalRules.patchRules.1.member.patchFilterGroup", r.PatchFilterGroup)
		v.Range("approvalRules.patchRules.1.member.approveAfterDays", r.ApproveAfterDays, 0, 360)
		v.Pattern("approvalRules.patchRules.1.member.approveUntilDate", r.ApproveUntilDate, untilDateForm)
		wire.Enum(&v, "approvalRules.patchRules.1.member.complianceLevel", r.ComplianceLevel, r.ComplianceLevel.Values())
	}
	if err := v.Err(); err != nil {
		return err
	}
	if len(b.Sources) > 0 {
		return wire.Errorf("ValidationException", "muster's mock does not model Sources: the repositories of its machines are fixed")
	}
	for _, r := range b.Rules {
		if err := b.checkRule(r); err != nil {
			return err
		}
	}
	return b.checkFilters(b.GlobalFilters)
}

// checkRule asks for one of the two ways to approve by time, which Debian and Ubuntu do
// not have. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchRule.html
func (b *baseline) checkRule(r types.PatchRule) error {
	dated := r.ApproveUntilDate != nil
	switch { // assumed: the texts
	case dated && r.ApproveAfterDays != nil:
		return wire.Errorf("ValidationException", "ApproveAfterDays and ApproveUntilDate cannot be used together.")
	case !dated && r.ApproveAfterDays == nil && !isDebian(b.OS):
		return wire.Errorf("ValidationException", "A patch rule must have a value for either ApproveAfterDays or ApproveUntilDate.")
	case dated && isDebian(b.OS):
		return wire.Errorf("ValidationException", "ApproveUntilDate is not supported for %s.", b.OS)
	}
	if dated {
		if _, err := time.Parse(time.DateOnly, *r.ApproveUntilDate); err != nil {
			return wire.Errorf("ValidationException", "ApproveUntilDate %s is not a date.", *r.ApproveUntilDate)
		}
	}
	return b.checkFilters(r.PatchFilterGroup.PatchFilters)
}

// checkFilters lets pass only keys that the operating system has, and values that they
// can have.
func (b *baseline) checkFilters(filters []types.PatchFilter) error {
	if len(filters) > 4 {
		return wire.Errorf("ValidationException", "A patch filter group can have at most 4 filters.")
	}
	for _, f := range filters {
		known, ok := patchProperties(b.OS)[f.Key]
		switch { // assumed: the texts
		case !ok:
			return wire.Errorf("ValidationException", "Patch filter key %s is not supported for %s.", f.Key, b.OS)
		case len(f.Values) == 0 || len(f.Values) > 20:
			return wire.Errorf("ValidationException", "A patch filter must have from 1 to 20 values.")
		}
		if known == nil {
			continue
		}
		if i := slices.IndexFunc(f.Values, func(v string) bool { return v != "*" && !slices.Contains(known, v) }); i >= 0 {
			return wire.Errorf("ValidationException", "Value %s is not valid for patch filter key %s of %s.", f.Values[i], f.Key, b.OS)
		}
	}
	return nil
}

// isDebian says whether an operating system has dpkg's packages, which have no dates.
func isDebian(os types.OperatingSystem) bool {
	return slices.Contains([]types.OperatingSystem{types.OperatingSystemUbuntu, types.OperatingSystemDebian, types.OperatingSystemRaspbian}, os)
}

// patchProperties are the keys of an operating system's filters and their values; nil
// values are not checked. The keys are those of the API reference's PatchFilter.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PatchFilter.html
func patchProperties(os types.OperatingSystem) map[types.PatchFilterKey][]string {
	switch {
	case isDebian(os):
		return map[types.PatchFilterKey][]string{
			types.PatchFilterKeyProduct: nil, types.PatchFilterKeySection: nil,
			types.PatchFilterKeyPriority: {"Required", "Important", "Standard", "Optional", "Extra"},
		}
	case os == types.OperatingSystemWindows:
		return map[types.PatchFilterKey][]string{
			types.PatchFilterKeyPatchSet: {"OS", "APPLICATION"}, types.PatchFilterKeyProduct: nil, types.PatchFilterKeyProductFamily: nil,
			types.PatchFilterKeyClassification: {"CriticalUpdates", "DefinitionUpdates", "Drivers", "FeaturePacks", "SecurityUpdates", "ServicePacks", "Tools", "UpdateRollups", "Updates", "Upgrades"},
			types.PatchFilterKeyMsrcSeverity:   {"Critical", "Important", "Low", "Moderate", "Unspecified"},
		}
	case os == types.OperatingSystemMacOS:
		return map[types.PatchFilterKey][]string{types.PatchFilterKeyProduct: nil, types.PatchFilterKeyClassification: nil}
	}
	return map[types.PatchFilterKey][]string{
		types.PatchFilterKeyProduct: nil, types.PatchFilterKeyClassification: {"Security", "Bugfix", "Enhancement", "Recommended", "Newpackage"},
		types.PatchFilterKeySeverity: {"Critical", "Important", "Medium", "Moderate", "Low", "None"},
	}
}

// ruleGroup and filterGroup are the parts as the API shows them.
func (b *baseline) ruleGroup() *types.PatchRuleGroup {
	return &types.PatchRuleGroup{PatchRules: slices.Concat([]types.PatchRule{}, b.Rules)}
}

func (b *baseline) filterGroup() *types.PatchFilterGroup {
	return &types.PatchFilterGroup{PatchFilters: slices.Concat([]types.PatchFilter{}, b.GlobalFilters)}
}

func (b *baseline) identity(isDefault bool) *types.PatchBaselineIdentity {
	return &types.PatchBaselineIdentity{BaselineId: new(b.ID), BaselineName: new(b.Name), BaselineDescription: new(b.Description), OperatingSystem: b.OS, DefaultBaseline: isDefault}
}
