package ec2_test

import (
	"fmt"
	"testing"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock"
)

func (r rig) volume(id string) types.Volume {
	r.Helper()
	out, err := r.ec2.DescribeVolumes(r.Context(), &ec2api.DescribeVolumesInput{VolumeIds: []string{id}})
	if err != nil {
		r.Fatal(err)
	}
	return out.Volumes[0]
}

// create makes an empty volume of a size in us-east-1a and returns its id.
func (r rig) createVolume(change ...func(*ec2api.CreateVolumeInput)) string {
	r.Helper()
	in := &ec2api.CreateVolumeInput{AvailabilityZone: new("us-east-1a"), Size: new(int32(20)), VolumeType: "gp3"}
	for _, c := range change {
		c(in)
	}
	out, err := r.ec2.CreateVolume(r.Context(), in)
	if err != nil {
		r.Fatal(err)
	}
	return *out.VolumeId
}

func (r rig) attach(volume, instance, device string) error {
	_, err := r.ec2.AttachVolume(r.Context(), &ec2api.AttachVolumeInput{VolumeId: &volume, InstanceId: &instance, Device: &device})
	return err
}

func (r rig) detach(volume string) error {
	_, err := r.ec2.DetachVolume(r.Context(), &ec2api.DetachVolumeInput{VolumeId: &volume})
	return err
}

// life is a volume's state and attachment in short.
func (r rig) life(id string) string {
	r.Helper()
	v := r.volume(id)
	if len(v.Attachments) == 0 {
		return string(v.State)
	}
	return fmt.Sprint(v.State, " ", v.Attachments[0].State)
}

func inZoneA(g *mock.Group) { g.Zone = "us-east-1a" }

func TestVolumeMovesWithTheClock(t *testing.T) {
	r := newRig(t, believable)
	r.Freeze()
	i := r.seed(1, inZoneA)[0]
	vol := r.createVolume()
	want := func(life string) {
		t.Helper()
		if got := r.life(vol); got != life {
			t.Errorf("the volume is %s, want %s", got, life)
		}
	}
	want("creating")
	wantCode(t, r.attach(vol, i, "/dev/sdf"), "IncorrectState")
	r.advance(3 * time.Second)
	want("available")
	if err := r.attach(vol, i, "/dev/sdf"); err != nil {
		t.Fatal(err)
	}
	want("in-use attaching")
	r.advance(2 * time.Second)
	want("in-use attached")
	if maps := r.instance(i).BlockDeviceMappings; len(maps) != 2 || *maps[1].Ebs.VolumeId != vol || *maps[1].Ebs.DeleteOnTermination {
		t.Errorf("the instance shows %v", maps)
	}
	_, err := r.ec2.DeleteVolume(t.Context(), &ec2api.DeleteVolumeInput{VolumeId: &vol})
	wantCode(t, err, "VolumeInUse")
	wantCode(t, r.attach(vol, i, "/dev/sdg"), "VolumeInUse")
	if err := r.detach(vol); err != nil {
		t.Fatal(err)
	}
	want("in-use detaching")
	r.advance(5 * time.Second)
	want("available")
	wantCode(t, r.detach(vol), "IncorrectState")
	if _, err := r.ec2.DeleteVolume(t.Context(), &ec2api.DeleteVolumeInput{VolumeId: &vol}); err != nil {
		t.Fatal(err)
	}
	want("deleting")
	r.advance(5 * time.Second)
	_, err = r.ec2.DescribeVolumes(t.Context(), &ec2api.DescribeVolumesInput{VolumeIds: []string{vol}})
	wantCode(t, err, "InvalidVolume.NotFound")
}

func TestTerminationDeletesVolumesUnlessTheyAreKept(t *testing.T) {
	r := newRig(t)
	i := r.seed(1, inZoneA)[0]
	data := r.createVolume()
	if err := r.attach(data, i, "/dev/sdf"); err != nil {
		t.Fatal(err)
	}
	root := *r.instance(i).BlockDeviceMappings[0].Ebs.VolumeId
	wantCode(t, r.detach(root), "OperationNotPermitted")
	if _, err := r.ec2.TerminateInstances(t.Context(), &ec2api.TerminateInstancesInput{InstanceIds: []string{i}}); err != nil {
		t.Fatal(err)
	}
	if got := r.life(data); got != "available" {
		t.Errorf("the kept volume is %s", got)
	}
	_, err := r.ec2.DescribeVolumes(t.Context(), &ec2api.DescribeVolumesInput{VolumeIds: []string{root}})
	wantCode(t, err, "InvalidVolume.NotFound")
}

func TestVolumeCallsRefuse(t *testing.T) {
	r := newRig(t)
	here, there := r.seed(1, inZoneA)[0], r.seed(1, func(g *mock.Group) { g.Zone = "us-east-1b" })[0]
	vol := r.createVolume()
	create := func(change func(*ec2api.CreateVolumeInput)) error {
		in := &ec2api.CreateVolumeInput{AvailabilityZone: new("us-east-1a"), Size: new(int32(20)), VolumeType: "gp3"}
		change(in)
		_, err := r.ec2.CreateVolume(t.Context(), in)
		return err
	}
	for name, tt := range map[string]struct {
		err  error
		code string
	}{
		"another zone":            {r.attach(vol, there, "/dev/sdf"), "InvalidVolume.ZoneMismatch"},
		"a device that is taken":  {r.attach(vol, here, "/dev/xvda"), "InvalidParameterValue"},
		"no device":               {r.attach(vol, here, "disk1"), "InvalidParameterValue"},
		"an unknown instance":     {r.attach(vol, "i-0123456789abcdef0", "/dev/sdf"), "InvalidInstanceID.NotFound"},
		"no volume id":            {r.attach("vol1", here, "/dev/sdf"), "InvalidVolumeID.Malformed"},
		"an unknown zone":         {create(func(in *ec2api.CreateVolumeInput) { in.AvailabilityZone = new("us-east-1z") }), "InvalidZone.NotFound"},
		"neither size nor source": {create(func(in *ec2api.CreateVolumeInput) { in.Size = nil }), "MissingParameter"},
		"a type that is none":     {create(func(in *ec2api.CreateVolumeInput) { in.VolumeType = "gp9" }), "InvalidParameterValue"},
		"too small for the type":  {create(func(in *ec2api.CreateVolumeInput) { in.VolumeType = "st1" }), "InvalidParameterValue"},
		"io1 without IOPS":        {create(func(in *ec2api.CreateVolumeInput) { in.VolumeType = "io1" }), "MissingParameter"},
		"IOPS for gp2":            {create(func(in *ec2api.CreateVolumeInput) { in.VolumeType, in.Iops = "gp2", new(int32(3000)) }), "InvalidParameterCombination"},
		"too many IOPS a GiB":     {create(func(in *ec2api.CreateVolumeInput) { in.Iops = new(int32(20000)) }), "InvalidParameterCombination"},
		"throughput without IOPS": {create(func(in *ec2api.CreateVolumeInput) { in.Throughput = new(int32(1000)) }), "InvalidParameterCombination"},
		"an unknown snapshot":     {create(func(in *ec2api.CreateVolumeInput) { in.SnapshotId = new("snap-0123456789abcdef0") }), "InvalidSnapshot.NotFound"},
		"a dry run":               {create(func(in *ec2api.CreateVolumeInput) { in.DryRun = new(true) }), "DryRunOperation"},
	} {
		t.Run(name, func(t *testing.T) { wantCode(t, tt.err, tt.code) })
	}
	if got := r.life(vol); got != "available" {
		t.Errorf("a refused call left the volume %s", got)
	}
}

func TestClientTokenCreatesAVolumeOnce(t *testing.T) {
	r := newRig(t)
	token := func(in *ec2api.CreateVolumeInput) { in.ClientToken = new("t") }
	first := r.createVolume(token)
	if again := r.createVolume(token); again != first {
		t.Errorf("the same token made %s and %s", first, again)
	}
	_, err := r.ec2.CreateVolume(t.Context(), &ec2api.CreateVolumeInput{AvailabilityZone: new("us-east-1b"), Size: new(int32(20)), ClientToken: new("t")})
	wantCode(t, err, "IdempotentParameterMismatch")
}

func TestModificationTakesItsTime(t *testing.T) {
	r := newRig(t, believable)
	vol := r.createVolume()
	r.advance(time.Minute)
	r.Freeze()
	modify := func(size int32) error {
		_, err := r.ec2.ModifyVolume(t.Context(), &ec2api.ModifyVolumeInput{VolumeId: &vol, Size: &size})
		return err
	}
	state := func() string {
		out, err := r.ec2.DescribeVolumesModifications(t.Context(), &ec2api.DescribeVolumesModificationsInput{VolumeIds: []string{vol}})
		if err != nil {
			t.Fatal(err)
		}
		m := out.VolumesModifications[0]
		return fmt.Sprint(m.ModificationState, " ", *m.Progress, "% ", *m.OriginalSize, "→", *m.TargetSize, " is ", *r.volume(vol).Size)
	}
	_, err := r.ec2.DescribeVolumesModifications(t.Context(), &ec2api.DescribeVolumesModificationsInput{VolumeIds: []string{vol}})
	wantCode(t, err, "InvalidVolumeModification.NotFound")
	wantCode(t, modify(10), "InvalidParameterValue")
	if err := modify(40); err != nil {
		t.Fatal(err)
	}
	got := []string{state()}
	wantCode(t, modify(50), "IncorrectModificationState")
	for _, d := range []time.Duration{10 * time.Second, 145 * time.Second, 155 * time.Second} {
		r.advance(d)
		got = append(got, state())
	}
	want := []string{"modifying 0% 20→40 is 20", "optimizing 3% 20→40 is 40", "optimizing 50% 20→40 is 40", "completed 100% 20→40 is 40"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modification:\n%s", diff)
	}
	for size := int32(50); size < 80; size += 10 {
		if err := modify(size); err != nil {
			t.Fatal(err)
		}
		r.advance(10 * time.Minute)
	}
	wantCode(t, modify(80), "VolumeModificationRateExceeded") // the fifth of the day
	r.advance(24 * time.Hour)
	if err := modify(80); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

func TestVolumeStateSurvivesASnapshotOfTheMock(t *testing.T) {
	r := newRig(t, believable)
	i := r.seed(1, inZoneA)[0]
	vol := r.createVolume()
	r.advance(time.Minute)
	if err := r.attach(vol, i, "/dev/sdf"); err != nil {
		t.Fatal(err)
	}
	r.Freeze()
	data, err := r.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	again := newRig(t)
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	again.advance(time.Minute)
	if got := again.life(vol); got != "in-use attached" || len(again.instance(i).BlockDeviceMappings) != 2 {
		t.Errorf("after the load the volume is %s, the instance has %v", got, again.instance(i).BlockDeviceMappings)
	}
}
