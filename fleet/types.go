package fleet

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Type is an instance type as far as it decides what can run on it
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html).
type Type struct {
	Name            string
	VCPUs           int
	MemoryMiB       int
	Architectures   []string // such as "x86_64"
	Virtualizations []string // "hvm", "paravirtual"
	ENA             string   // "required", "supported" or "unsupported"
	InstanceStore   bool     // it has disks whose content a stop loses
	Hibernation     bool     // what runs on it can hibernate
	Interfaces      int      // how many network interfaces it can have
}

// Types reads instance types by name; those that the region does not have are not among them. It costs one
// DescribeInstanceTypes call for each 100.
func (v *Inventory) Types(ctx context.Context, names []string) (map[string]Type, error) {
	found := make(map[string]Type, len(names))
	for chunk := range slices.Chunk(names, 100) {
		// A filter, because one name that does not exist fails the call where names are ids.
		pages := ec2.NewDescribeInstanceTypesPaginator(v.ec2, &ec2.DescribeInstanceTypesInput{
			Filters:    []ec2types.Filter{{Name: new("instance-type"), Values: escaped(chunk)}},
			MaxResults: new(int32(100)), // the most: API_DescribeInstanceTypes.html
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("read instance types: %w", err)
			}
			for _, info := range page.InstanceTypes {
				found[string(info.InstanceType)] = fromTypeInfo(info)
			}
		}
	}
	return found, nil
}

func fromTypeInfo(in ec2types.InstanceTypeInfo) Type {
	out := Type{Name: string(in.InstanceType), InstanceStore: aws.ToBool(in.InstanceStorageSupported), Hibernation: aws.ToBool(in.HibernationSupported)}
	if in.VCpuInfo != nil {
		out.VCPUs = int(aws.ToInt32(in.VCpuInfo.DefaultVCpus))
	}
	if in.MemoryInfo != nil {
		out.MemoryMiB = int(aws.ToInt64(in.MemoryInfo.SizeInMiB))
	}
	if in.ProcessorInfo != nil {
		for _, a := range in.ProcessorInfo.SupportedArchitectures {
			out.Architectures = append(out.Architectures, string(a))
		}
	}
	for _, v := range in.SupportedVirtualizationTypes {
		out.Virtualizations = append(out.Virtualizations, string(v))
	}
	if in.NetworkInfo != nil {
		out.ENA, out.Interfaces = string(in.NetworkInfo.EnaSupport), int(aws.ToInt32(in.NetworkInfo.MaximumNetworkInterfaces))
	}
	return out
}
