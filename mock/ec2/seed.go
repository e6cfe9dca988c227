package ec2

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/node"
	"github.com/musterhq/muster/mock/world"
)

// Fleet is what a seed puts into an account and region: launch templates, and instances
// that look as if they had been running for long.
type Fleet struct {
	Templates []FleetTemplate `json:"templates,omitempty"`
	Groups    []FleetGroup    `json:"groups,omitempty"`
}

// FleetTemplate is a launch template of one version.
type FleetTemplate struct {
	Name string `json:"name"`
	// Type is the instance type; empty means t3.micro.
	Type string `json:"type,omitempty"`
	// Tags are put on the instances that are launched from it.
	Tags map[string]string `json:"tags,omitempty"`
}

// FleetGroup is a number of like instances.
type FleetGroup struct {
	// Count is how many; at least 1.
	Count int `json:"count"`
	// Name is the Name tag; each # in it becomes the instance's number, from 1.
	Name string `json:"name,omitempty"`
	// Type is the instance type; empty means t3.micro.
	Type string `json:"type,omitempty"`
	// Platform is the operating system, as world.Instance names it: "ubuntu-24.04", "windows-2022"; empty means
	// amazon-linux-2023.
	Platform string `json:"platform,omitempty"`
	// Tags are the instances' other tags.
	Tags map[string]string `json:"tags,omitempty"`
	// Zone puts all of them into one zone; empty spreads them.
	Zone string `json:"zone,omitempty"`
	// Agent is what becomes of the SSM Agent: empty for online, "lost" or "none".
	Agent world.Agent `json:"agent,omitempty"`
	// Files are laid over the image's: path to content.
	Files map[string]string `json:"files,omitempty"`
	// Hibernation says that they were launched with an encrypted disk and can hibernate.
	Hibernation bool `json:"hibernation,omitempty"`
	// Packages says which updates they lack and which cannot be installed; nil leaves it
	// to their ids.
	Packages *world.Packages `json:"packages,omitempty"`
}

// Seed makes a fleet in a scope and returns the instances' ids in order. It is called
// inside world.Do. A fleet with anything wrong in it makes nothing.
func (s *Service) Seed(sc world.Scope, fleet Fleet) ([]string, error) {
	r := s.in(sc)
	launches := make([]launch, 0, len(fleet.Groups))
	room := map[string]int{} // by zone; "" for all
	for _, sub := range r.defaultSubnets() {
		room[sub.Zone] = sub.free()
		room[""] += sub.free()
	}
	for n, g := range fleet.Groups {
		l, err := r.planGroup(g)
		if err != nil {
			return nil, fmt.Errorf("group %d: %w", n+1, err)
		}
		launches = append(launches, l)
		if room[""] -= g.Count; room[""] < 0 {
			return nil, fmt.Errorf("group %d: the default VPC has no more addresses", n+1)
		}
		if g.Zone == "" {
			continue
		}
		if room[g.Zone] -= g.Count; room[g.Zone] < 0 || len(fleet.Groups) > 1 && room[g.Zone] < unzoned(fleet) {
			return nil, fmt.Errorf("group %d: the default subnet of %s has no more addresses", n+1, g.Zone)
		}
	}
	for n, t := range fleet.Templates {
		if err := checkSeedTemplate(t); err != nil {
			return nil, fmt.Errorf("template %d: %w", n+1, err)
		}
	}
	for _, t := range fleet.Templates {
		s.seedTemplate(r, t)
	}
	var ids []string
	for n, g := range fleet.Groups {
		ids = append(ids, s.seedGroup(r, g, launches[n])...)
	}
	return ids, nil
}

// unzoned is how many instances of a fleet go wherever there is room: they may take a
// zone's addresses before a later group of that zone does.
func unzoned(fleet Fleet) int {
	n := 0
	for _, g := range fleet.Groups {
		if g.Zone == "" {
			n += g.Count
		}
	}
	return n
}

func (r *region) planGroup(g FleetGroup) (launch, error) {
	if g.Count < 1 {
		return launch{}, fmt.Errorf("count is %d; at least 1 is needed", g.Count)
	}
	if !slices.Contains([]world.Agent{world.AgentOnline, world.AgentLost, world.AgentNone}, g.Agent) {
		return launch{}, fmt.Errorf("agent is %q; it can be lost, none, or left out", g.Agent)
	}
	if err := cmp.Or(checkSeedTags(g.Name, g.Tags), checkSeedFiles(g.Files)); err != nil {
		return launch{}, err
	}
	l := launch{count: 1, agent: g.Agent, files: g.Files, packages: g.Packages, seeded: true}
	var err error
	if l.figures, err = typeNamed(orMicro(g.Type)); err != nil {
		return launch{}, err
	}
	if l.image = r.newestImage(cmp.Or(g.Platform, standardPlatform), l.figures); l.image == nil {
		return launch{}, fmt.Errorf("platform is %q; no image of %s with the SSM Agent has that", g.Platform, l.figures.arch)
	}
	if err := checkSeedPackages(l.image.Platform, g.Packages); err != nil {
		return launch{}, err
	}
	args := launchArgs{}
	if g.Zone != "" {
		args.Placement = &types.LaunchTemplatePlacementRequest{AvailabilityZone: new(g.Zone)}
	}
	if g.Hibernation {
		args.HibernationOptions = &types.LaunchTemplateHibernationOptionsRequest{Configured: new(true)}
		args.BlockDeviceMappings = []types.LaunchTemplateBlockDeviceMappingRequest{
			{DeviceName: new(*l.image.describe().RootDeviceName), Ebs: &types.LaunchTemplateEbsBlockDeviceRequest{Encrypted: new(true), VolumeSize: new(int32(l.figures.memoryMiB/1024 + 8))}}}
	}
	for _, step := range []func(*launch, launchArgs) error{r.planNetwork, r.planDisks, r.planSettings, r.planHibernation} {
		if err := step(&l, args); err != nil {
			return launch{}, err
		}
	}
	return l, nil
}

// checkSeedPackages lets pass only packages that the platform has.
func checkSeedPackages(platform string, p *world.Packages) error {
	if p == nil {
		return nil
	}
	if unknown := node.UnknownPackages(platform, slices.Concat(p.Pending, p.Failing)); len(unknown) > 0 {
		return fmt.Errorf("packages: %s has no %s", platform, strings.Join(unknown, ", "))
	}
	return nil
}

func orMicro(name string) string {
	if name == "" {
		return "t3.micro"
	}
	return name
}

// standardPlatform is what seeded machines run where nothing else is asked for.
const standardPlatform = "amazon-linux-2023"

// standardImage is the newest image with the SSM Agent for a type's architecture.
func (r *region) standardImage(f figures) *image { return r.newestImage(standardPlatform, f) }

// newestImage is the newest image of a platform with the SSM Agent for a type's
// architecture, or nil.
func (r *region) newestImage(platform string, f figures) *image {
	var newest *image
	for _, im := range r.catalog {
		if im.Platform == platform && im.Agent && string(im.Arch) == string(f.arch) {
			newest = im
		}
	}
	return newest
}

// seedTemplate makes a template that was checked.
func (s *Service) seedTemplate(r *region, t FleetTemplate) {
	if _, err := r.templateByName(t.Name); err == nil {
		return // the same seed twice finds it there
	}
	f, _ := typeNamed(orMicro(t.Type))
	data := types.RequestLaunchTemplateData{ImageId: new(r.standardImage(f).ID), InstanceType: types.InstanceType(f.name)}
	if len(t.Tags) > 0 {
		data.TagSpecifications = []types.LaunchTemplateTagSpecificationRequest{{ResourceType: types.ResourceTypeInstance, Tags: sdkTags(t.Tags)}}
	}
	now := s.world.Now().Truncate(time.Second)
	r.Templates = append(r.Templates, &template{Seq: r.nextSeq(), ID: s.world.ID("lt"), Name: t.Name, Created: now, Default: 1, Last: 1,
		Versions: []templateVersion{{Number: 1, Created: now, Data: treeOf(data)}}})
}

func (s *Service) seedGroup(r *region, g FleetGroup, l launch) []string {
	var ids []string
	for n := range g.Count {
		tags := maps.Clone(g.Tags)
		if tags == nil {
			tags = map[string]string{}
		}
		if g.Name != "" {
			tags["Name"] = strings.ReplaceAll(g.Name, "#", strconv.Itoa(n+1))
		}
		l.tags = map[types.ResourceType]map[string]string{types.ResourceTypeInstance: tags}
		if g.Zone == "" {
			l.moveTo(r.emptiest()) // this spreads them
		}
		ids = append(ids, s.launch(r, l)[0].ID)
	}
	return ids
}
