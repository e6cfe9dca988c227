package ssm

import (
	"cmp"
	"context"
	"slices"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// readRequest checks what the calls that read one document share.
func (s *Service) readRequest(ctx context.Context, name, number, versionName *string) (*document, *docVersion, error) {
	var v wire.Validation
	v.Required("name", name)
	v.Pattern("documentVersion", number, versionForm)
	if err := v.Err(); err != nil {
		return nil, nil, err
	}
	return s.named(s.in(world.ScopeOf(ctx)), *name, number, versionName)
}

// DescribeDocument describes a version of a document, its parameters included.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeDocument.html
func (s *Service) DescribeDocument(ctx context.Context, in *ssmapi.DescribeDocumentInput) (*ssmapi.DescribeDocumentOutput, error) {
	d, v, err := s.readRequest(ctx, in.Name, in.DocumentVersion, in.VersionName)
	if err != nil {
		return nil, err
	}
	return &ssmapi.DescribeDocumentOutput{Document: d.describe(v)}, nil
}

// GetDocument returns a version's content, in the format that is asked for. assumed: TEXT
// is the content as it is; a conversion keeps the order and indents by two.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetDocument.html
func (s *Service) GetDocument(ctx context.Context, in *ssmapi.GetDocumentInput) (*ssmapi.GetDocumentOutput, error) {
	d, v, err := s.readRequest(ctx, in.Name, in.DocumentVersion, in.VersionName)
	if err != nil {
		return nil, err
	}
	format := cmp.Or(in.DocumentFormat, types.DocumentFormat(v.Format))
	content := []byte(v.Content)
	if format != types.DocumentFormatText {
		if content, err = documents.Convert(content, v.Format, documents.Format(format)); err != nil {
			return nil, modelled("InternalServerError", "%v", err)
		}
	}
	return &ssmapi.GetDocumentOutput{
		Name: new(d.Name), Content: new(string(content)), DocumentFormat: format, DocumentType: d.Type, DocumentVersion: new(v.number()),
		CreatedDate: new(v.Created), Status: types.DocumentStatusActive, DisplayName: given(d.DisplayName), VersionName: given(v.Name),
	}, nil
}

// documentFilters are what documents can be filtered by, but for tag:KEY.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DocumentKeyValuesFilter.html
var documentFilters = map[string]func(d *document, value string) bool{
	"Name":         func(d *document, value string) bool { return strings.HasPrefix(d.Name, value) },
	"Owner":        func(d *document, value string) bool { return documentOwners[value](d) },
	"DocumentType": func(d *document, value string) bool { return string(d.Type) == value },
	"TargetType":   func(d *document, value string) bool { return d.TargetType == value },
	"PlatformTypes": func(d *document, value string) bool {
		return slices.Contains(d.version(nil, nil).parsed.Platforms(), value)
	},
}

// documentOwners are the values of the filter Owner. Nobody shares documents here.
var documentOwners = map[string]func(*document) bool{
	"Amazon":     func(d *document) bool { return d.Owner == amazon },
	"Self":       func(d *document) bool { return d.Owner != amazon },
	"Private":    func(*document) bool { return false },
	"Public":     func(d *document) bool { return d.Owner == amazon },
	"ThirdParty": func(*document) bool { return false },
	"All":        func(*document) bool { return true },
}

// ListDocuments lists AWS's documents and the account's own.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListDocuments.html
func (s *Service) ListDocuments(ctx context.Context, in *ssmapi.ListDocumentsInput) (*ssmapi.ListDocumentsOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 1, 50)
	if err := v.Err(); err != nil {
		return nil, err
	}
	filters := slices.Clone(in.Filters)
	for _, f := range in.DocumentFilterList {
		filters = append(filters, types.DocumentKeyValuesFilter{Key: new(string(f.Key)), Values: []string{orDefault(f.Value, "")}})
	}
	if err := checkDocumentFilters(filters); err != nil {
		return nil, err
	}
	found := filtered(s.documentsOf(s.in(world.ScopeOf(ctx))), func(d *document) bool {
		return !slices.ContainsFunc(filters, func(f types.DocumentKeyValuesFilter) bool { return !d.matches(*f.Key, f.Values) })
	})
	found, next, err := cutPage("ListDocuments", found, size, in.NextToken, documentPlace)
	if err != nil {
		return nil, err
	}
	return &ssmapi.ListDocumentsOutput{NextToken: next, DocumentIdentifiers: mapped(found, (*document).identify)}, nil
}

// checkDocumentFilters refuses a key or a value that means nothing. assumed: the texts.
func checkDocumentFilters(filters []types.DocumentKeyValuesFilter) error {
	for _, f := range filters {
		key := orDefault(f.Key, "")
		switch {
		case documentFilters[key] == nil && !strings.HasPrefix(key, "tag:"):
			return modelled("InvalidFilterKey", "The filter key %s is not valid", key)
		case len(f.Values) == 0,
			key == "Owner" && (len(f.Values) > 1 || documentOwners[f.Values[0]] == nil):
			return wire.Errorf("ValidationException", "The values of the filter %s are not valid", key)
		}
	}
	return nil
}

// matches says whether one of a filter's values fits.
func (d *document) matches(key string, values []string) bool {
	if tag, ok := strings.CutPrefix(key, "tag:"); ok {
		v, ok := d.Tags[tag]
		return ok && slices.Contains(values, v)
	}
	return slices.ContainsFunc(values, func(v string) bool { return documentFilters[key](d, v) })
}

// identify is a document in a list: its default version.
func (d *document) identify() types.DocumentIdentifier {
	v := d.version(nil, nil)
	return types.DocumentIdentifier{
		Name: new(d.Name), Owner: new(d.Owner), DocumentType: d.Type, DocumentFormat: types.DocumentFormat(v.Format), DocumentVersion: new(v.number()),
		CreatedDate: new(v.Created), SchemaVersion: new(v.parsed.SchemaVersion), PlatformTypes: platformTypes(v.parsed), Tags: describeTags(d.Tags),
		DisplayName: given(d.DisplayName), TargetType: given(d.TargetType), VersionName: given(v.Name),
	}
}

// ListDocumentVersions lists a document's versions, the latest first.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListDocumentVersions.html
func (s *Service) ListDocumentVersions(ctx context.Context, in *ssmapi.ListDocumentVersionsInput) (*ssmapi.ListDocumentVersionsOutput, error) {
	var v wire.Validation
	size := pageSize(&v, in.MaxResults, 1, 50)
	v.Required("name", in.Name)
	if err := v.Err(); err != nil {
		return nil, err
	}
	d, _, err := s.named(s.in(world.ScopeOf(ctx)), *in.Name, nil, nil)
	if err != nil {
		return nil, err
	}
	versions := slices.Clone(d.Versions)
	slices.Reverse(versions) // assumed: the order
	versions, next, err := cutPage("ListDocumentVersions", versions, size, in.NextToken, func(v *docVersion) int64 { return 1<<31 - int64(v.Number) })
	if err != nil {
		return nil, err
	}
	return &ssmapi.ListDocumentVersionsOutput{NextToken: next, DocumentVersions: mapped(versions, func(v *docVersion) types.DocumentVersionInfo {
		return types.DocumentVersionInfo{Name: new(d.Name), DisplayName: given(d.DisplayName), DocumentVersion: new(v.number()), VersionName: given(v.Name),
			CreatedDate: new(v.Created), DocumentFormat: types.DocumentFormat(v.Format), IsDefaultVersion: v.Number == d.Default, Status: types.DocumentStatusActive}
	})}, nil
}
