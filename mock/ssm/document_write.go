package ssm

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	ssmapi "github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/documents"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// The forms of a document's members.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
var (
	documentName    = regexp.MustCompile(`^[a-zA-Z0-9_\-.]{3,128}$`)
	versionForm     = regexp.MustCompile(`([$]LATEST|[$]DEFAULT|^[1-9][0-9]*$)`)
	versionNameForm = regexp.MustCompile(`^[a-zA-Z0-9_\-.]{1,128}$`)
	targetTypeForm  = regexp.MustCompile(`^\/[\w\.\-\:\/]*$`)
)

// reservedPrefixes begin the names of AWS's own documents.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
var reservedPrefixes = []string{"aws", "amazon", "amzn"}

// CreateDocument stores a Command document.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
func (s *Service) CreateDocument(ctx context.Context, in *ssmapi.CreateDocumentInput) (*ssmapi.CreateDocumentOutput, error) {
	var v wire.Validation
	v.Required("content", in.Content)
	v.Required("name", in.Name)
	v.Pattern("name", in.Name, documentName)
	v.Pattern("versionName", in.VersionName, versionNameForm)
	v.Pattern("targetType", in.TargetType, targetTypeForm)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	switch {
	case slices.ContainsFunc(reservedPrefixes, func(p string) bool { return strings.HasPrefix(strings.ToLower(*in.Name), p) }):
		// assumed: the code and the text
		return nil, wire.Errorf("ValidationException", "The document name %s begins with a prefix that is reserved for AWS", *in.Name)
	case in.DocumentType != "" && in.DocumentType != types.DocumentTypeCommand:
		return nil, wire.Errorf("ValidationException", "muster's mock does not model documents of type %s", in.DocumentType)
	case s.document(a, *in.Name) != nil:
		return nil, modelled("DocumentAlreadyExists", "Document with same name %s already exists", *in.Name)
	case len(a.Documents) >= maxDocuments: // assumed: the text
		return nil, modelled("DocumentLimitExceeded", "You can have at most %d documents", maxDocuments)
	}
	tags, err := readTags(in.Tags)
	if err != nil {
		return nil, err
	}
	version, err := s.readVersion(*in.Content, in.DocumentFormat, in.VersionName)
	if err != nil {
		return nil, err
	}
	d := &document{Seq: a.nextSeq(), Name: *in.Name, Owner: a.Scope.Account, Type: types.DocumentTypeCommand, DisplayName: orDefault(in.DisplayName, ""),
		TargetType: orDefault(in.TargetType, ""), Tags: tags, Default: 1}
	d.add(version)
	a.Documents = append(a.Documents, d)
	out := d.describe(version)
	out.Status = types.DocumentStatusCreating // assumed: it is active as soon as somebody looks
	return &ssmapi.CreateDocumentOutput{DocumentDescription: out}, nil
}

// readTags checks the tags that a request gives. assumed: the text.
func readTags(given []types.Tag) (map[string]string, error) {
	tags := make(map[string]string, len(given))
	for _, t := range given {
		tags[orDefault(t.Key, "")] = orDefault(t.Value, "")
	}
	if len(tags) > 50 || len(tags) < len(given) {
		return nil, wire.Errorf("ValidationException", "A document has at most 50 tags, each key once")
	}
	return tags, nil
}

// readVersion checks content. The reasons are documents' own, with the place of the
// fault; AWS's texts are different and have no place.
func (s *Service) readVersion(content string, format types.DocumentFormat, name *string) (*docVersion, error) {
	f := cmp.Or(documents.Format(format), documents.JSON)
	if f != documents.JSON && f != documents.YAML {
		return nil, wire.Errorf("ValidationException", "muster's mock does not model the document format %s", f)
	}
	if len(content) > documents.MaxContentBytes {
		return nil, modelled("MaxDocumentSizeExceeded", "The document has %d bytes; at most %d", len(content), documents.MaxContentBytes) // assumed: the text
	}
	v := &docVersion{Name: orDefault(name, ""), Created: s.created(), Format: f, Content: content}
	if err := v.parse(); err != nil {
		bad, _ := errors.AsType[*documents.SyntaxError](err)
		if bad != nil && strings.HasPrefix(bad.Reason, "schemaVersion") {
			return nil, modelled("InvalidDocumentSchemaVersion", "%v", err)
		}
		return nil, modelled("InvalidDocumentContent", "%v", err)
	}
	return v, nil
}

// UpdateDocument adds a version. It does not become the default one.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocument.html
func (s *Service) UpdateDocument(ctx context.Context, in *ssmapi.UpdateDocumentInput) (*ssmapi.UpdateDocumentOutput, error) {
	var v wire.Validation
	v.Required("content", in.Content)
	v.Required("name", in.Name)
	v.Pattern("documentVersion", in.DocumentVersion, versionForm)
	v.Pattern("versionName", in.VersionName, versionNameForm)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	d, old, err := s.named(a, *in.Name, in.DocumentVersion, nil)
	if err == nil {
		err = d.updatable(in, old)
	}
	if err != nil {
		return nil, err
	}
	version, err := s.readVersion(*in.Content, cmp.Or(in.DocumentFormat, types.DocumentFormat(old.Format)), in.VersionName)
	if err != nil {
		return nil, err
	}
	if version.parsed.SchemaVersion == "1.2" { // assumed: the code and the text
		return nil, modelled("InvalidDocumentSchemaVersion", "A document of schema version 1.2 cannot be updated; 2.0 and later can")
	}
	d.add(version)
	d.DisplayName, d.TargetType = orDefault(in.DisplayName, d.DisplayName), orDefault(in.TargetType, d.TargetType)
	out := d.describe(version)
	out.Status = types.DocumentStatusUpdating
	return &ssmapi.UpdateDocumentOutput{DocumentDescription: out}, nil
}

// updatable refuses an update. The reference names the errors; assumed: the texts.
func (d *document) updatable(in *ssmapi.UpdateDocumentInput, old *docVersion) error {
	switch {
	case d.Owner == amazon:
		return modelled("InvalidDocumentOperation", "%s is owned by Amazon", d.Name)
	case in.DocumentVersion == nil || old != d.latest():
		return modelled("InvalidDocumentVersion", "The document version is not valid or does not exist: only $LATEST can be updated")
	case slices.ContainsFunc(d.Versions, func(v *docVersion) bool { return v.Content == *in.Content }):
		return modelled("DuplicateDocumentContent", "The content of the association document matches another document. Change the content of the document and try again.")
	case in.VersionName != nil && slices.ContainsFunc(d.Versions, func(v *docVersion) bool { return v.Name == *in.VersionName }):
		return modelled("DuplicateDocumentVersionName", "The version name has already been used in this document. Specify a different version name, and then try again.")
	case len(d.Versions) >= maxDocumentVersions:
		return modelled("DocumentVersionLimitExceeded", "The document has too many versions. Delete one or more document versions and try again.")
	}
	return nil
}

// UpdateDocumentDefaultVersion says which version is used where none is named.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateDocumentDefaultVersion.html
func (s *Service) UpdateDocumentDefaultVersion(
	ctx context.Context, in *ssmapi.UpdateDocumentDefaultVersionInput,
) (*ssmapi.UpdateDocumentDefaultVersionOutput, error) {
	var v wire.Validation
	v.Required("documentVersion", in.DocumentVersion)
	v.Required("name", in.Name)
	v.Pattern("documentVersion", in.DocumentVersion, regexp.MustCompile(`^[1-9][0-9]*$`))
	if err := v.Err(); err != nil {
		return nil, err
	}
	d, version, err := s.named(s.in(world.ScopeOf(ctx)), *in.Name, in.DocumentVersion, nil)
	if err != nil {
		return nil, err
	}
	if d.Owner == amazon { // assumed: the text
		return nil, modelled("InvalidDocumentOperation", "%s is owned by Amazon", d.Name)
	}
	d.Default = version.Number
	return &ssmapi.UpdateDocumentDefaultVersionOutput{Description: &types.DocumentDefaultVersionDescription{
		Name: new(d.Name), DefaultVersion: new(version.number()), DefaultVersionName: given(version.Name)}}, nil
}

// DeleteDocument removes a document, or one version of it that is not the default.
// Commands that were sent go on: they have the content of that time.
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteDocument.html
func (s *Service) DeleteDocument(ctx context.Context, in *ssmapi.DeleteDocumentInput) (*ssmapi.DeleteDocumentOutput, error) {
	var v wire.Validation
	v.Required("name", in.Name)
	if err := v.Err(); err != nil {
		return nil, err
	}
	a := s.in(world.ScopeOf(ctx))
	d, version, err := s.named(a, *in.Name, in.DocumentVersion, in.VersionName)
	whole := in.DocumentVersion == nil && in.VersionName == nil
	switch { // assumed: the texts
	case err != nil:
		return nil, err
	case d.Owner == amazon:
		return nil, modelled("InvalidDocumentOperation", "%s is owned by Amazon", d.Name)
	case !whole && version.Number == d.Default:
		return nil, modelled("InvalidDocumentOperation", "The default version of a document cannot be deleted")
	case whole:
		a.Documents = slices.DeleteFunc(a.Documents, func(other *document) bool { return other == d })
	default:
		d.Versions = slices.DeleteFunc(d.Versions, func(other *docVersion) bool { return other == version })
	}
	return &ssmapi.DeleteDocumentOutput{}, nil
}
