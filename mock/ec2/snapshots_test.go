package ec2_test

import (
	"testing"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock"
)

func (r rig) snapshotState(id string) string {
	r.Helper()
	out, err := r.ec2.DescribeSnapshots(r.Context(), &ec2api.DescribeSnapshotsInput{SnapshotIds: []string{id}, OwnerIds: []string{"self"}})
	if err != nil {
		r.Fatal(err)
	}
	return string(out.Snapshots[0].State) + " " + *out.Snapshots[0].Progress
}

func TestSnapshotProgressesWithTheClock(t *testing.T) {
	r := newRig(t, believable)
	r.Freeze()
	vol := r.createVolume()
	r.advance(time.Minute)
	out, err := r.ec2.CreateSnapshot(t.Context(), &ec2api.CreateSnapshotInput{VolumeId: &vol, Description: new("before the upgrade")})
	if err != nil {
		t.Fatal(err)
	}
	id := *out.SnapshotId
	fromSnapshot := func() error {
		_, err := r.ec2.CreateVolume(t.Context(), &ec2api.CreateVolumeInput{AvailabilityZone: new("us-east-1b"), SnapshotId: &id})
		return err
	}
	for _, tt := range []struct {
		after time.Duration
		want  string
	}{{0, "pending 0%"}, {15 * time.Second, "pending 50%"}, {15 * time.Second, "completed 100%"}} {
		r.advance(tt.after)
		if got := r.snapshotState(id); got != tt.want {
			t.Errorf("the snapshot is %s, want %s", got, tt.want)
		}
		if tt.want != "completed 100%" {
			wantCode(t, fromSnapshot(), "IncorrectState")
		}
	}
	if err := fromSnapshot(); err != nil {
		t.Error(err)
	}
	small := &ec2api.CreateVolumeInput{AvailabilityZone: new("us-east-1b"), SnapshotId: &id, Size: new(int32(10))}
	_, err = r.ec2.CreateVolume(t.Context(), small)
	wantCode(t, err, "InvalidParameterValue")
}

func TestSnapshotsOfAnInstance(t *testing.T) {
	r := newRig(t)
	i := r.seed(1, inZoneA)[0]
	data := r.createVolume(func(in *ec2api.CreateVolumeInput) {
		in.TagSpecifications = []types.TagSpecification{{ResourceType: "volume", Tags: []types.Tag{{Key: new("use"), Value: new("data")}}}}
	})
	if err := r.attach(data, i, "/dev/sdf"); err != nil {
		t.Fatal(err)
	}
	shoot := func(spec types.InstanceSpecification) ([]types.SnapshotInfo, error) {
		spec.InstanceId = &i
		out, err := r.ec2.CreateSnapshots(t.Context(), &ec2api.CreateSnapshotsInput{InstanceSpecification: &spec, CopyTagsFromSource: "volume"})
		if err != nil {
			return nil, err
		}
		return out.Snapshots, nil
	}
	all, err := shoot(types.InstanceSpecification{})
	if err != nil || len(all) != 2 || *all[1].VolumeId != data || tagMap(all[1].Tags)["use"] != "data" {
		t.Fatal(all, err)
	}
	without, err := shoot(types.InstanceSpecification{ExcludeBootVolume: new(true)})
	if err != nil || len(without) != 1 {
		t.Errorf("without the boot volume: %v, %v", without, err)
	}
	_, err = shoot(types.InstanceSpecification{ExcludeBootVolume: new(true), ExcludeDataVolumeIds: []string{data}})
	wantCode(t, err, "InvalidParameterValue")
	copied, err := r.ec2.CopySnapshot(t.Context(), &ec2api.CopySnapshotInput{SourceRegion: new(mock.Here.Region), SourceSnapshotId: all[1].SnapshotId, Encrypted: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.ec2.DescribeSnapshots(t.Context(), &ec2api.DescribeSnapshotsInput{Filters: []types.Filter{{Name: new("encrypted"), Values: []string{"true"}}}})
	if err != nil || len(out.Snapshots) != 1 || *out.Snapshots[0].SnapshotId != *copied.SnapshotId || *out.Snapshots[0].VolumeId != "vol-ffffffff" {
		t.Errorf("the copy is %v, %v", out, err)
	}
	if _, err := r.ec2.DeleteSnapshot(t.Context(), &ec2api.DeleteSnapshotInput{SnapshotId: copied.SnapshotId}); err != nil {
		t.Fatal(err)
	}
	_, err = r.ec2.DescribeSnapshots(t.Context(), &ec2api.DescribeSnapshotsInput{SnapshotIds: []string{*copied.SnapshotId}})
	wantCode(t, err, "InvalidSnapshot.NotFound")
}
