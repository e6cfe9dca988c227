package ec2

import (
	"context"
	"slices"
	"time"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// keyPair is the public half of a key pair; EC2 does not keep the private one.
type keyPair struct {
	record
	Name        string        `json:"name"`
	Type        types.KeyType `json:"type"`
	Fingerprint string        `json:"fingerprint"`
	Public      string        `json:"public"` // in OpenSSH's format, without a comment
	Created     time.Time     `json:"created"`
}

var keyFilters = tagged(filterSet[*keyPair]{
	"fingerprint": one(func(k *keyPair) string { return k.Fingerprint }),
	"key-name":    one(func(k *keyPair) string { return k.Name }),
	"key-pair-id": one(func(k *keyPair) string { return k.ID }),
}, (*keyPair).id)

// maxKeyName is the most characters of a key pair's name.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
const maxKeyName = 255

func (r *region) keyByName(name string) (*keyPair, bool) {
	return r.Keys.first(func(k *keyPair) bool { return k.Name == name })
}

// keyNamed checks the name of a key pair for a launch; none is fine.
func (r *region) keyNamed(name string) (string, error) {
	if _, ok := r.keyByName(name); name != "" && !ok {
		return "", noKeyNamed(name)
	}
	return name, nil
}

func noKeyNamed(name string) error {
	return wire.Errorf("InvalidKeyPair.NotFound", "The key pair '%s' does not exist", name)
}

// newKeyName checks what a new key pair is to be called, and its tags. assumed: the text
// for a long name.
func (r *region) newKeyName(name *string, specs []types.TagSpecification) (map[string]string, error) {
	switch {
	case deref(name) == "":
		return nil, missingParameter("KeyName")
	case len(*name) > maxKeyName:
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter keyName is invalid. It exceeds the maximum of %d characters.", *name, maxKeyName)
	}
	if _, ok := r.keyByName(*name); ok { // text as in getmoto/moto's exceptions
		return nil, wire.Errorf("InvalidKeyPair.Duplicate", "The keypair '%s' already exists.", *name)
	}
	return tagsFor(types.ResourceTypeKeyPair, specs)
}

// addKey keeps a new key pair.
func (s *Service) addKey(r *region, k keyPair, tags map[string]string) *keyPair {
	k.record, k.Created = s.record(r, "key"), s.world.Now().Truncate(time.Millisecond)
	r.Keys.add(&k)
	r.setTags(k.ID, tags)
	return &k
}

// CreateKeyPair makes a key pair and hands out the private key, this once.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html
func (s *Service) CreateKeyPair(ctx context.Context, in *ec2api.CreateKeyPairInput) (*ec2api.CreateKeyPairOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	tags, err := r.newKeyName(in.KeyName, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if in.KeyFormat == types.KeyFormatPpk {
		return nil, wire.Errorf("InvalidParameterValue", "muster's mock does not model the key format ppk")
	}
	if in.KeyFormat != "" && in.KeyFormat != types.KeyFormatPem { // assumed: the text, here and below
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter keyFormat is invalid.", in.KeyFormat)
	}
	generate, ok := keyMakers[in.KeyType]
	if !ok {
		return nil, wire.Errorf("InvalidParameterValue", "Value (%s) for parameter keyType is invalid.", in.KeyType)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	made, private, err := generate()
	if err != nil {
		return nil, err
	}
	made.Name = *in.KeyName
	k := s.addKey(r, made, tags)
	return &ec2api.CreateKeyPairOutput{KeyName: new(k.Name), KeyPairId: new(k.ID), KeyFingerprint: new(k.Fingerprint),
		KeyMaterial: new(private), Tags: sdkTags(r.Tags[k.ID])}, nil
}

// ImportKeyPair keeps a public key that was made elsewhere.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html
func (s *Service) ImportKeyPair(ctx context.Context, in *ec2api.ImportKeyPairInput) (*ec2api.ImportKeyPairOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	tags, err := r.newKeyName(in.KeyName, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if len(in.PublicKeyMaterial) == 0 {
		return nil, missingParameter("PublicKeyMaterial")
	}
	read, ok := readPublicKey(in.PublicKeyMaterial)
	if !ok { // text as in getmoto/moto's exceptions; the code is in EC2's list
		return nil, wire.Errorf("InvalidKey.Format", "Key is not in valid OpenSSH public key format")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	read.Name = *in.KeyName
	k := s.addKey(r, read, tags)
	return &ec2api.ImportKeyPairOutput{KeyName: new(k.Name), KeyPairId: new(k.ID), KeyFingerprint: new(k.Fingerprint), Tags: sdkTags(r.Tags[k.ID])}, nil
}

// DescribeKeyPairs lists key pairs, with the public keys if asked for.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html
func (s *Service) DescribeKeyPairs(ctx context.Context, in *ec2api.DescribeKeyPairsInput) (*ec2api.DescribeKeyPairsOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	named := slices.Clone(in.KeyPairIds)
	for _, name := range in.KeyNames {
		k, ok := r.keyByName(name)
		if !ok {
			return nil, noKeyNamed(name)
		}
		named = append(named, k.ID)
	}
	found, _, err := query[*keyPair]{page: page{op: "DescribeKeyPairs"}, from: &r.Keys, prefix: "key", named: named,
		filters: in.Filters, by: keyFilters, dryRun: in.DryRun}.run(r)
	if err != nil {
		return nil, err
	}
	return &ec2api.DescribeKeyPairsOutput{KeyPairs: mapped(found, func(k *keyPair) types.KeyPairInfo {
		info := types.KeyPairInfo{KeyName: new(k.Name), KeyPairId: new(k.ID), KeyType: k.Type, KeyFingerprint: new(k.Fingerprint),
			CreateTime: new(k.Created), Tags: sdkTags(r.Tags[k.ID])}
		if isSet(in.IncludePublicKey) {
			info.PublicKey = new(k.Public)
		}
		return info
	})}, nil
}

// DeleteKeyPair forgets a key pair, by name or id. One that is not there is fine: the
// answer then has no id.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteKeyPair.html
func (s *Service) DeleteKeyPair(ctx context.Context, in *ec2api.DeleteKeyPairInput) (*ec2api.DeleteKeyPairOutput, error) {
	r := s.in(world.ScopeOf(ctx))
	if deref(in.KeyName) == "" && deref(in.KeyPairId) == "" {
		return nil, missingParameter("KeyName")
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	k, ok := r.Keys.first(func(k *keyPair) bool { return k.ID == deref(in.KeyPairId) || k.Name == deref(in.KeyName) })
	if !ok {
		return &ec2api.DeleteKeyPairOutput{Return: new(true)}, nil
	}
	r.Keys.remove(k)
	r.dropTags(k.ID)
	return &ec2api.DeleteKeyPairOutput{Return: new(true), KeyPairId: new(k.ID)}, nil
}
