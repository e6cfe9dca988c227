package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/musterhq/muster/documents"
)

// Document is a version of a Command document as Systems Manager has it. The zero value is
// AWS-RunShellScript, which runs the shell text of a [Request].
type Document struct {
	Name string
	// Version is the number that is sent, so that what was approved is what runs. Empty: the
	// default version at the time of sending.
	Version string
	// Platforms are the operating systems that the document supports: Linux, MacOS, Windows.
	// Empty: not known.
	Platforms []string
	// Content is what the document declares and does. Of one that muster cannot read
	// Parameters are known by name, type and default, and there are no Steps.
	Content documents.Document
}

// ErrNotCommand says that a document is of a type that Run Command does not run.
var ErrNotCommand = errors.New("not a Command document")

// FetchDocument reads a version of a document: its number, $DEFAULT, $LATEST, or empty for
// the default one. An unknown document or version is AWS's own error (InvalidDocument,
// InvalidDocumentVersion). It costs one call, or two where the content is in a form that
// muster does not read.
func FetchDocument(ctx context.Context, cfg aws.Config, name, version string) (Document, error) {
	client := newClient(cfg)
	in := &ssm.GetDocumentInput{Name: &name, DocumentFormat: types.DocumentFormatJson}
	if version != "" {
		in.DocumentVersion = &version
	}
	out, err := client.GetDocument(ctx, in)
	if err != nil {
		return Document{}, fmt.Errorf("read document %s: %w", name, err)
	}
	if out.DocumentType != types.DocumentTypeCommand {
		return Document{}, fmt.Errorf("read document %s, of type %s: %w", name, out.DocumentType, ErrNotCommand)
	}
	d := Document{Name: name, Version: value(out.DocumentVersion)}
	if d.Content, err = documents.Parse([]byte(value(out.Content)), documents.JSON); err == nil {
		d.Platforms = d.Content.Platforms()
		return d, nil
	}
	return describeDocument(ctx, client, d)
}

// describeDocument learns from DescribeDocument what muster cannot read in the content.
func describeDocument(ctx context.Context, client *ssm.Client, d Document) (Document, error) {
	out, err := client.DescribeDocument(ctx, &ssm.DescribeDocumentInput{Name: &d.Name, DocumentVersion: &d.Version})
	if err != nil {
		return Document{}, fmt.Errorf("describe document %s: %w", d.Name, err)
	}
	described := value(out.Document)
	d.Content = documents.Document{SchemaVersion: value(described.SchemaVersion), Description: value(described.Description),
		Parameters: map[string]documents.Parameter{}}
	for _, p := range described.Parameters {
		declared := documents.Parameter{Type: string(p.Type), Description: value(p.Description)}
		if p.DefaultValue != nil {
			declared.Default = documents.Value{*p.DefaultValue}
		}
		d.Content.Parameters[value(p.Name)] = declared
	}
	for _, p := range described.PlatformTypes {
		d.Platforms = append(d.Platforms, string(p))
	}
	return d, nil
}

// Supports says whether the document runs on a platform; on an unknown one it is taken to.
func (d Document) Supports(platform string) bool {
	return platform == "" || len(d.Platforms) == 0 || slices.Contains(d.Platforms, platform)
}

// shellDocument is the document that runs shell text.
func shellDocument() Document {
	return Document{Name: ShellDocument, Platforms: []string{"Linux", "MacOS"}}
}

// check says what is wrong with values for the document's parameters, as a [RequestError].
func (d Document) check(given map[string][]string) error {
	for name, values := range given {
		for _, v := range values {
			if found := parameterReference().FindString(v); found != "" {
				return &RequestError{Field: FieldParameters, Reference: found, Problem: fmt.Sprintf(
					"%s: Systems Manager would put a parameter's value in the place of %s", name, found)}
			}
		}
	}
	if _, err := d.Content.Bind(given); err != nil {
		return &RequestError{Field: FieldParameters, Problem: err.Error()}
	}
	return nil
}

// timeout is how long the document's steps may take on a node, together.
func (d Document) timeout(given map[string][]string) time.Duration {
	bound, err := d.Content.Bind(given)
	if err != nil || len(d.Content.Steps) == 0 {
		return documents.MaxTimeout // not known: SSM ends it, whenever that is
	}
	var total time.Duration
	for _, step := range d.Content.Fill(bound) {
		total += step.Timeout()
	}
	return total
}

// skippedOutput is what the agent says of a step that it did not run
// (https://github.com/aws/amazon-ssm-agent, agent/framework/runpluginutil).
var skippedOutput = regexp.MustCompile(`^(Step execution skipped due to |Plugin with name \S+ and id .* skipped due to prior step)`)

// wasSkipped tells whether a step that succeeded did not run at all.
func wasSkipped(output string, code int) bool {
	return code == 0 && skippedOutput.MatchString(strings.TrimLeft(output, "\n"))
}

// DocumentItem is a Command document in a list: its default version.
type DocumentItem struct {
	Name      string    `json:"name"`
	Owner     string    `json:"owner"`
	Version   string    `json:"version"`
	Schema    string    `json:"schema"`
	Format    string    `json:"format"`
	Platforms []string  `json:"platforms"`
	Created   time.Time `json:"created,omitzero"`
}

// ListDocuments lists the Command documents whose names begin with a prefix, by name: the account's own, or with all
// everybody's that it can run. It costs one call for each 50 documents.
func ListDocuments(ctx context.Context, cfg aws.Config, prefix string, all bool) ([]DocumentItem, error) {
	filters := []types.DocumentKeyValuesFilter{{Key: new("DocumentType"), Values: []string{string(types.DocumentTypeCommand)}}}
	if prefix != "" {
		filters = append(filters, types.DocumentKeyValuesFilter{Key: new("Name"), Values: []string{prefix}})
	}
	if !all {
		filters = append(filters, types.DocumentKeyValuesFilter{Key: new("Owner"), Values: []string{"Self"}})
	}
	items := []DocumentItem{}
	pages := ssm.NewListDocumentsPaginator(newClient(cfg), &ssm.ListDocumentsInput{Filters: filters, MaxResults: new(int32(pageSize))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list documents: %w", err)
		}
		for _, d := range page.DocumentIdentifiers {
			item := DocumentItem{Name: value(d.Name), Owner: value(d.Owner), Version: value(d.DocumentVersion), Schema: value(d.SchemaVersion),
				Format: string(d.DocumentFormat), Platforms: []string{}, Created: value(d.CreatedDate)}
			for _, p := range d.PlatformTypes {
				item.Platforms = append(item.Platforms, string(p))
			}
			items = append(items, item)
		}
	}
	slices.SortFunc(items, func(a, b DocumentItem) int { return strings.Compare(a.Name, b.Name) })
	return items, nil
}
