package ec2

import (
	"slices"
	"time"
)

// imageFilters read the state as it stands at an instant, so they are made per call.
func imageFilters(now time.Time) filterSet[*image] {
	set := filterSet[*image]{
		"architecture":        one(func(im *image) string { return string(im.Arch) }),
		"boot-mode":           one(func(im *image) string { return string(im.bootMode()) }),
		"creation-date":       stamp(func(im *image) time.Time { return im.Created }),
		"description":         one(func(im *image) string { return im.Description }),
		"ena-support":         always[*image]("true"),
		"free-tier-eligible":  never[*image],
		"hypervisor":          always[*image]("xen"),
		"image-allowed":       never[*image],
		"image-id":            one(func(im *image) string { return im.ID }),
		"image-type":          always[*image]("machine"),
		"is-public":           flag(func(im *image) bool { return im.Public }),
		"kernel-id":           never[*image],
		"manifest-location":   one(func(im *image) string { return im.Location }),
		"name":                one(func(im *image) string { return im.Name }),
		"owner-alias":         one(func(im *image) string { return im.Alias }),
		"owner-id":            one(func(im *image) string { return im.Owner }),
		"product-code":        never[*image],
		"product-code.type":   never[*image],
		"ramdisk-id":          never[*image],
		"root-device-name":    one(func(im *image) string { return im.RootDevice }),
		"root-device-type":    always[*image]("ebs"),
		"source-image-id":     one(func(im *image) string { return im.Source.ImageID }),
		"source-image-region": one(func(im *image) string { return im.Source.Region }),
		"source-instance-id":  one(func(im *image) string { return im.Source.InstanceID }),
		"sriov-net-support":   always[*image]("simple"),
		"state-reason-code":   never[*image],
		"virtualization-type": always[*image]("hvm"),

		"platform":                  func(r *region, im *image) []string { return present(string(im.describe().Platform)) },
		"public-ssm-parameter-name": one(func(im *image) string { return im.Parameter }),
		"state":                     func(r *region, im *image) []string { return []string{string(r.describeImage(im, now).State)} },
		"state-reason-message":      never[*image],
	}
	for _, name := range imageFiltersOfNothing {
		set[name] = never[*image]
	}
	for name, value := range map[string]func(imageDisk) []string{
		"delete-on-termination": func(d imageDisk) []string { return []string{boolText(!d.Keep)} },
		"device-name":           func(d imageDisk) []string { return []string{d.Device} },
		"snapshot-id":           func(d imageDisk) []string { return present(d.SnapshotID) },
		"volume-size":           func(d imageDisk) []string { return digits(func(d imageDisk) int32 { return d.SizeGiB })(nil, d) },
		"volume-type":           func(d imageDisk) []string { return []string{string(d.Type)} },
		"encrypted":             func(d imageDisk) []string { return []string{boolText(d.Encrypted)} },
	} {
		set["block-device-mapping."+name] = func(_ *region, im *image) []string { return slices.Concat(mapped(im.Disks, value)...) }
	}
	return tagged(set, (*image).id)
}

// imageFiltersOfNothing look at what no image of the mock has: watermarks, scans and
// limits to instance types.
var imageFiltersOfNothing = []string{
	"image-watermark.source-image-creation-time", "image-watermark.source-image-id", "image-watermark.source-image-region",
	"image-watermark.watermark-creation-time", "image-watermark.watermark-key",
	"instance-type-specification.supported-instance-type", "instance-type-specification.unsupported-instance-type",
	"scan-result.critical-fix-available-since", "scan-result.finding-scan-date", "scan-result.high-fix-available-since",
	"scan-result.highest-finding-severity-label", "scan-result.informational-fix-available-since", "scan-result.low-fix-available-since",
	"scan-result.medium-fix-available-since",
}
