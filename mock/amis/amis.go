// Package amis is the catalogue of public images of the offline AWS: what EC2 lists and
// launches, and what Systems Manager's public parameters point to. It is data, and knows
// no service.
//
// Start with [All]. The names are ones that AWS and the distributions have published, or
// follow theirs; the ids are the mock's own, since real ones differ by region.
package amis

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Image is one public image, as it is in every region.
type Image struct {
	Name        string
	Description string
	Owner       string // the account that publishes it
	Alias       string // "amazon" for Amazon's own, else empty
	Arch        string // x86_64 or arm64
	Platform    string // the words are those of world.Instance
	RootDevice  string
	SizeGiB     int32     // of the root volume
	VolumeType  string    // of the root volume
	Created     time.Time // to the second
	Deprecated  time.Time // when it is no longer listed unless asked for; zero for never
	// Agent says that the SSM Agent is preinstalled.
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/ami-preinstalled-agent.html
	Agent bool
	// Parameters are the public parameters that point to the newest image with them.
	// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
	Parameters []string
}

// Owners of the images.
const (
	Amazon    = "137112412989" // Amazon Linux
	Canonical = "099720109477"
	Debian    = "136693071363"
	RedHat    = "309956199498"
	Windows   = "801119661308"
)

// ID is the image's id in a region.
func (im Image) ID(region string) string {
	sum := sha256.Sum256([]byte("ami|" + region + "|" + im.Name))
	return fmt.Sprintf("ami-0%x", sum[:8])
}

// All returns the catalogue, oldest first. The caller may change it.
func All() []Image {
	var images []Image
	for _, f := range families() {
		for _, build := range f.builds {
			for _, arch := range f.arches {
				images = append(images, f.image(build, arch))
			}
		}
	}
	slices.SortStableFunc(images, func(a, b Image) int { return a.Created.Compare(b.Created) })
	return images
}

// Newest returns, for each public parameter, the newest image that it points to.
func Newest() map[string]Image {
	newest := map[string]Image{}
	for _, im := range All() {
		for _, p := range im.Parameters {
			newest[p] = im
		}
	}
	return newest
}

// family is a series of builds. In its texts VERSION stands for a build's version, ARCH
// for the architecture as EC2 writes it, and DEB for it as Debian does.
type family struct {
	name, description string
	owner, alias      string
	platform          string
	root, volume      string
	size              int32
	arches            []string
	agent             bool
	parameters        []string
	builds            []build
}

// build is a version and when it was published.
type build struct {
	version    string
	created    string // to the second, UTC
	deprecated string // a day; empty: never
}

func (f family) image(b build, arch string) Image {
	deb := map[string]string{"x86_64": "amd64", "arm64": "arm64"}[arch]
	fill := strings.NewReplacer("VERSION", b.version, "ARCH", arch, "DEB", deb).Replace
	im := Image{Name: fill(f.name), Description: fill(f.description), Owner: f.owner, Alias: f.alias, Arch: arch, Platform: f.platform,
		RootDevice: f.root, SizeGiB: f.size, VolumeType: f.volume, Created: at(b.created), Agent: f.agent}
	if b.deprecated != "" {
		im.Deprecated = at(b.deprecated + " 00:00:00")
	}
	for _, p := range f.parameters {
		im.Parameters = append(im.Parameters, fill(p))
	}
	return im
}

// at reads a time of the table; a wrong one is the zero time, which a test finds.
func at(text string) time.Time {
	t, _ := time.ParseInLocation(time.DateTime, text, time.UTC)
	return t
}
