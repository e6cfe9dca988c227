package ec2

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// volumeLimits are what a volume type allows.
type volumeLimits struct {
	leastGiB, mostGiB   int32
	leastIOPS, mostIOPS int32 // 0: IOPS cannot be chosen
	defaultIOPS         int32 // 0: IOPS must be chosen
	perGiB              int32 // IOPS
}

// volumeTypes: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVolume.html and
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
var volumeTypes = map[types.VolumeType]volumeLimits{
	types.VolumeTypeGp2:      {leastGiB: 1, mostGiB: 16384},
	types.VolumeTypeGp3:      {1, 65536, 3000, 80000, 3000, 500},
	types.VolumeTypeIo1:      {4, 16384, 100, 64000, 0, 50},
	types.VolumeTypeIo2:      {4, 65536, 100, 256000, 0, 1000},
	types.VolumeTypeSc1:      {leastGiB: 125, mostGiB: 16384},
	types.VolumeTypeSt1:      {leastGiB: 125, mostGiB: 16384},
	types.VolumeTypeStandard: {leastGiB: 1, mostGiB: 1024},
}

// Throughput of gp3 in MiB/s: its range, and how much of it 1,000 IOPS allow.
const (
	leastThroughput   = 125
	mostThroughput    = 2000
	throughputPerIOPS = 250
)

// fit checks that a volume can be as it is asked for, and fills in what was left open.
// assumed: the texts.
func (d *disk) fit() error {
	d.Type = cmp.Or(d.Type, types.VolumeTypeGp2)
	limits, ok := volumeTypes[d.Type]
	switch {
	case !ok:
		return wire.Errorf("InvalidParameterValue", "Invalid volume type: %s", d.Type)
	case d.SizeGiB < limits.leastGiB:
		return wire.Errorf("InvalidParameterValue", "Volume of %dGiB is too small for volume type %s; minimum is %dGiB.", d.SizeGiB, d.Type, limits.leastGiB)
	case d.SizeGiB > limits.mostGiB:
		return wire.Errorf("InvalidParameterValue", "Volume of %dGiB is too large for volume type %s; maximum is %dGiB.", d.SizeGiB, d.Type, limits.mostGiB)
	case d.Throughput != 0 && d.Type != types.VolumeTypeGp3:
		return wire.Errorf("InvalidParameterCombination", "The parameter throughput is not supported for %s volumes.", d.Type)
	}
	if err := d.fitIOPS(limits); err != nil {
		return err
	}
	return d.fitThroughput()
}

func (d *disk) fitIOPS(limits volumeLimits) error {
	switch {
	case d.Type == types.VolumeTypeGp2 && d.IOPS == 0:
		d.IOPS = min(max(3*d.SizeGiB, 100), 16000) // the baseline: 3 IOPS a GiB
		return nil
	case limits.mostIOPS == 0 && d.IOPS != 0:
		return wire.Errorf("InvalidParameterCombination", "The parameter iops is not supported for %s volumes.", d.Type)
	case limits.mostIOPS == 0:
		return nil
	case d.IOPS == 0 && limits.defaultIOPS == 0:
		return missingParameter("iops")
	}
	d.IOPS = cmp.Or(d.IOPS, limits.defaultIOPS)
	switch {
	case d.IOPS < limits.leastIOPS || d.IOPS > limits.mostIOPS:
		return wire.Errorf("InvalidParameterValue", "Volume iops of %d is invalid for volume type %s; it must be between %d and %d.", d.IOPS, d.Type, limits.leastIOPS, limits.mostIOPS)
	case d.IOPS > limits.defaultIOPS && d.IOPS > limits.perGiB*d.SizeGiB:
		return wire.Errorf("InvalidParameterCombination", "Iops to volume size ratio of %d is too high; maximum is %d", d.IOPS/d.SizeGiB, limits.perGiB)
	}
	return nil
}

func (d *disk) fitThroughput() error {
	if d.Type != types.VolumeTypeGp3 {
		return nil
	}
	d.Throughput = cmp.Or(d.Throughput, leastThroughput)
	switch {
	case d.Throughput < leastThroughput || d.Throughput > mostThroughput:
		return wire.Errorf("InvalidParameterValue", "Throughput of %d MiB/s is invalid; it must be between %d and %d.", d.Throughput, leastThroughput, mostThroughput)
	case 1000*d.Throughput > throughputPerIOPS*d.IOPS && d.Throughput > leastThroughput:
		return wire.Errorf("InvalidParameterCombination", "Throughput (MiB/s) to iops ratio of %f is too high; maximum is 0.250000 MiB/s per iops", float64(d.Throughput)/float64(d.IOPS))
	}
	return nil
}
