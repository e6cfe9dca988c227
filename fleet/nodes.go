package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// Up to maxNamedNodes are asked for by id, a page of DescribeInstanceInformation at a time; above, it is fewer calls to read
// all nodes of the account (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html,
// API_DescribeInstanceProperties.html: 50 and 1,000 a page).
const (
	maxNamedNodes  = 200
	nodesPerNaming = 50
	nodesPerPage   = 1000
)

// Nodes returns what SSM knows of instances, by id; of all instances of the account where ids is empty. Instances that no
// agent registered are absent.
func (v *Inventory) Nodes(ctx context.Context, ids []string) (map[string]Node, error) {
	if len(ids) == 0 || len(ids) > maxNamedNodes {
		return v.allNodes(ctx)
	}
	nodes, err := v.namedNodes(ctx, ids)
	// The reference says of this operation that an id which is no node of the account is an error; in practice ids without
	// an agent are passed over. Where it is the error after all, the long way answers.
	if _, unknown := errors.AsType[*ssmtypes.InvalidInstanceId](err); unknown {
		return v.allNodes(ctx)
	}
	return nodes, err
}

func (v *Inventory) namedNodes(ctx context.Context, ids []string) (map[string]Node, error) {
	nodes := make(map[string]Node, len(ids))
	for chunk := range slices.Chunk(ids, nodesPerNaming) {
		pages := ssm.NewDescribeInstanceInformationPaginator(v.ssm, &ssm.DescribeInstanceInformationInput{
			Filters:    []ssmtypes.InstanceInformationStringFilter{{Key: new("InstanceIds"), Values: chunk}},
			MaxResults: new(int32(nodesPerNaming)),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("read the SSM status of %d instances: %w", len(ids), err)
			}
			for _, node := range page.InstanceInformationList {
				nodes[aws.ToString(node.InstanceId)] = fromInformation(node)
			}
		}
	}
	return nodes, nil
}

func (v *Inventory) allNodes(ctx context.Context) (map[string]Node, error) {
	nodes := make(map[string]Node)
	pages := ssm.NewDescribeInstancePropertiesPaginator(v.ssm, &ssm.DescribeInstancePropertiesInput{
		MaxResults: new(int32(nodesPerPage)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the SSM status of all nodes: %w", err)
		}
		for _, node := range page.InstanceProperties {
			nodes[aws.ToString(node.InstanceId)] = fromProperty(node)
		}
	}
	return nodes, nil
}

func fromInformation(in ssmtypes.InstanceInformation) Node {
	return Node{
		Ping:            Ping(in.PingStatus),
		LastPing:        aws.ToTime(in.LastPingDateTime),
		AgentVersion:    aws.ToString(in.AgentVersion),
		PlatformType:    string(in.PlatformType),
		PlatformName:    aws.ToString(in.PlatformName),
		PlatformVersion: aws.ToString(in.PlatformVersion),
	}
}

func fromProperty(in ssmtypes.InstanceProperty) Node {
	return Node{
		Ping:            Ping(in.PingStatus),
		LastPing:        aws.ToTime(in.LastPingDateTime),
		AgentVersion:    aws.ToString(in.AgentVersion),
		PlatformType:    string(in.PlatformType),
		PlatformName:    aws.ToString(in.PlatformName),
		PlatformVersion: aws.ToString(in.PlatformVersion),
	}
}
