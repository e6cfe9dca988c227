package ec2

import (
	"context"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// metadataDelay is the time from a change of metadata options to its state being applied.
// assumed: the figure, and that the new options are answered with from the first moment.
const metadataDelay = 3 * time.Second

// metadataApplied ends a change of metadata options; one that another overtook does nothing.
var metadataApplied = world.Topic[metadataChange]{Name: "ec2:metadata-applied"}

type metadataChange struct {
	InstanceID string `json:"instanceId"`
	Change     int    `json:"change"`
}

// ModifyInstanceMetadataOptions changes how the metadata service answers a running or
// stopped instance. What is not named stays.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
func (s *Service) ModifyInstanceMetadataOptions(ctx context.Context, in *ec2api.ModifyInstanceMetadataOptionsInput) (*ec2api.ModifyInstanceMetadataOptionsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	i, err := r.instanceNamed(in.InstanceId)
	if err != nil {
		return nil, err
	}
	if i.State != running && i.State != stopped { // assumed: the text
		return nil, wire.Errorf("IncorrectInstanceState", "The instance '%s' is not in a state from which its metadata options can be modified.", i.ID)
	}
	options, err := i.Metadata.changed(in)
	if err != nil {
		return nil, err
	}
	if options.Tags && !i.Metadata.Tags {
		if err := metadataTags(r.Tags[i.ID]); err != nil {
			return nil, err
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	options.Change++
	options.Pending = true
	i.Metadata = options
	metadataApplied.After(s.world, s.world.Delay(metadataDelay), r.Scope, metadataChange{i.ID, options.Change})
	return &ec2api.ModifyInstanceMetadataOptionsOutput{InstanceId: new(i.ID), InstanceMetadataOptions: options.describe()}, nil
}

func (s *Service) metadataApplied(sc world.Scope, c metadataChange) {
	if i := s.in(sc).Instances.get(c.InstanceID); i != nil && i.Metadata.Change == c.Change {
		i.Metadata.Pending = false
	}
}

// changed are the options with what a request asks for.
func (m metadataOptions) changed(in *ec2api.ModifyInstanceMetadataOptionsInput) (metadataOptions, error) {
	if hops := in.HttpPutResponseHopLimit; hops != nil {
		if *hops < 1 || *hops > 64 { // assumed: the text
			return m, wire.Errorf("InvalidParameterValue", "Value (%d) for parameter HttpPutResponseHopLimit is invalid. Expecting a value from 1 to 64.", *hops)
		}
		m.Hops = *hops
	}
	for _, o := range []struct {
		name, value, on, off string
		flag                 *bool
	}{
		{"HttpTokens", string(in.HttpTokens), string(types.HttpTokensStateOptional), string(types.HttpTokensStateRequired), &m.TokensOptional},
		{"HttpEndpoint", string(in.HttpEndpoint), string(types.InstanceMetadataEndpointStateDisabled), string(types.InstanceMetadataEndpointStateEnabled), &m.Off},
		{"HttpProtocolIpv6", string(in.HttpProtocolIpv6), string(types.InstanceMetadataProtocolStateEnabled), string(types.InstanceMetadataProtocolStateDisabled), &m.IPv6},
		{"InstanceMetadataTags", string(in.InstanceMetadataTags), string(types.InstanceMetadataTagsStateEnabled), string(types.InstanceMetadataTagsStateDisabled), &m.Tags},
	} {
		switch o.value {
		case "":
		case o.on, o.off:
			*o.flag = o.value == o.on
		default:
			return m, invalidValue(o.value, o.name)
		}
	}
	return m, nil
}
