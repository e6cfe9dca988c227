package ssm

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/documents"
)

// Quotas of documents.
// https://docs.aws.amazon.com/general/latest/gr/ssm.html
const (
	maxDocuments        = 500
	maxDocumentVersions = 1000
)

// amazon owns the documents that every account has.
const amazon = "Amazon"

// document is a document with its versions.
type document struct {
	Seq         int64              `json:"seq"`
	Name        string             `json:"name"`
	Owner       string             `json:"owner"`
	Type        types.DocumentType `json:"type"`
	DisplayName string             `json:"displayName,omitempty"`
	TargetType  string             `json:"targetType,omitempty"`
	Tags        map[string]string  `json:"tags,omitempty"`
	Versions    []*docVersion      `json:"versions"` // in order of creation; a number is not used again
	Default     int                `json:"default"`  // a version's number
	Numbers     int                `json:"numbers"`  // the highest number that was given
}

// docVersion is one version of a document's content.
type docVersion struct {
	Number  int              `json:"number"`
	Name    string           `json:"name,omitempty"`
	Created time.Time        `json:"created"`
	Format  documents.Format `json:"format"`
	Content string           `json:"content"`

	parsed documents.Document
}

// parse fills in what the content says; it was checked when it came.
func (v *docVersion) parse() error {
	var err error
	v.parsed, err = documents.Parse([]byte(v.Content), v.Format)
	return err
}

// hash is the content's, as AWS shows it.
func (v *docVersion) hash() string {
	sum := sha256.Sum256([]byte(v.Content))
	return hex.EncodeToString(sum[:])
}

func (v *docVersion) number() string { return strconv.Itoa(v.Number) }

// amazonDocuments are the documents that AWS owns, as every account sees them. Each has
// one version. assumed: since when they are there, and that no new versions come.
func amazonDocuments(own map[string]ownDocument) []*document {
	var docs []*document
	for n, name := range slices.Sorted(maps.Keys(own)) {
		v := &docVersion{Number: 1, Created: time.Date(2017, 7, 8, 0, 0, 0, 0, time.UTC), Format: documents.JSON, Content: own[name].content, parsed: own[name].parsed}
		docs = append(docs, &document{Seq: int64(n - len(own)), Name: name, Owner: amazon, Type: types.DocumentTypeCommand, Versions: []*docVersion{v}, Default: 1, Numbers: 1})
	}
	return docs
}

// documentsOf returns what an account sees: AWS's documents by name, then its own in order
// of creation.
func (s *Service) documentsOf(a *account) []*document { return slices.Concat(s.amazon, a.Documents) }

// document finds a document by its name, or by its ARN.
func (s *Service) document(a *account, name string) *document {
	if rest, ok := strings.CutPrefix(name, "arn:aws:ssm:"+a.Scope.Region+":"); ok {
		if owner, short, ok := strings.Cut(rest, ":document/"); ok && (owner == a.Scope.Account || owner == "") {
			name = short
		}
	}
	for _, d := range s.documentsOf(a) {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// version finds a version by its number, by $DEFAULT or $LATEST, or by its name. Neither
// given is the default.
func (d *document) version(number, name *string) *docVersion {
	want := orDefault(number, "$DEFAULT")
	for _, v := range d.Versions {
		byName := name == nil || v.Name == *name
		switch {
		case !byName:
		case number == nil && name != nil,
			want == v.number(),
			want == "$DEFAULT" && v.Number == d.Default,
			want == "$LATEST" && v == d.latest():
			return v
		}
	}
	return nil
}

func (d *document) latest() *docVersion { return d.Versions[len(d.Versions)-1] }

// add gives the document another version.
func (d *document) add(v *docVersion) {
	d.Numbers++
	v.Number = d.Numbers
	d.Versions = append(d.Versions, v)
}

// named finds a document and a version of it, or says which of the two is not there.
// assumed: the texts.
func (s *Service) named(a *account, name string, number, versionName *string) (*document, *docVersion, error) {
	d := s.document(a, name)
	if d == nil {
		return nil, nil, modelled("InvalidDocument", "Document with name %s does not exist.", name)
	}
	v := d.version(number, versionName)
	if v == nil {
		return nil, nil, modelled("InvalidDocumentVersion", "Document version %s of %s does not exist.", orDefault(number, orDefault(versionName, "")), name)
	}
	return d, v, nil
}

// describe is a version of a document as the API describes it.
func (d *document) describe(v *docVersion) *types.DocumentDescription {
	return &types.DocumentDescription{
		Name: new(d.Name), Owner: new(d.Owner), DocumentType: d.Type, DocumentFormat: types.DocumentFormat(v.Format), DocumentVersion: new(v.number()),
		DefaultVersion: new(strconv.Itoa(d.Default)), LatestVersion: new(d.latest().number()), CreatedDate: new(v.Created), Status: types.DocumentStatusActive,
		SchemaVersion: new(v.parsed.SchemaVersion), PlatformTypes: platformTypes(v.parsed), Hash: new(v.hash()), HashType: types.DocumentHashTypeSha256,
		Parameters: describeParameters(v.parsed), Tags: describeTags(d.Tags),
		Description: given(v.parsed.Description), DisplayName: given(d.DisplayName), TargetType: given(d.TargetType), VersionName: given(v.Name),
	}
}

// given is a text, or nil for none.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func platformTypes(doc documents.Document) []types.PlatformType {
	return mapped(doc.Platforms(), func(p string) types.PlatformType { return types.PlatformType(p) })
}

func describeTags(tags map[string]string) []types.Tag {
	return mapped(slices.Sorted(maps.Keys(tags)), func(k string) types.Tag { return types.Tag{Key: new(k), Value: new(tags[k])} })
}

// describeParameters lists what a document declares. assumed: in order of their names; a
// default that is a list comes as its JSON.
func describeParameters(doc documents.Document) []types.DocumentParameter {
	return mapped(slices.Sorted(maps.Keys(doc.Parameters)), func(name string) types.DocumentParameter {
		p := doc.Parameters[name]
		out := types.DocumentParameter{Name: new(name), Type: types.DocumentParameterType(p.Type), Description: given(p.Description)}
		switch {
		case p.Default == nil:
		case p.Type == "StringList":
			out.DefaultValue = new(asText([]string(p.Default)))
		default:
			out.DefaultValue = new(p.Default[0])
		}
		return out
	})
}

// created is when the next version comes into being.
func (s *Service) created() time.Time { return s.world.Now().Truncate(time.Millisecond) }

// parse reads the documents' contents again after a restore.
func (a *account) parse() error {
	for _, d := range a.Documents {
		for _, v := range d.Versions {
			if err := v.parse(); err != nil {
				return err
			}
		}
	}
	return nil
}

// documentPlace is a document's place in a list: AWS's own come first.
func documentPlace(d *document) int64 { return d.Seq + maxDocuments }
