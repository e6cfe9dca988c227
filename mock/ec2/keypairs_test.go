package ec2_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"

	ec2api "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestCreatedRSAKeyIsARealOne(t *testing.T) {
	r := newRig(t)
	out, err := r.ec2.CreateKeyPair(t.Context(), &ec2api.CreateKeyPairInput{KeyName: new("mine")})
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode([]byte(*out.KeyMaterial))
	if block == nil || block.Type != "RSA PRIVATE KEY" {
		t.Fatalf("the key's text is %.40q", *out.KeyMaterial)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil || key.N.BitLen() != 2048 {
		t.Fatal(key, err)
	}
	der, _ := x509.MarshalPKCS8PrivateKey(key)
	if sum := sha1.Sum(der); strings.ReplaceAll(*out.KeyFingerprint, ":", "") != hex.EncodeToString(sum[:]) {
		t.Errorf("fingerprint %s is not the SHA-1 of the private key", *out.KeyFingerprint)
	}
	_, err = r.ec2.CreateKeyPair(t.Context(), &ec2api.CreateKeyPairInput{KeyName: new("mine")})
	wantCode(t, err, "InvalidKeyPair.Duplicate")
	_, err = r.ec2.CreateKeyPair(t.Context(), &ec2api.CreateKeyPairInput{KeyName: new("putty"), KeyFormat: "ppk"})
	wantCode(t, err, "InvalidParameterValue")
}

func TestImportedKeyHasTheFingerprintOfItsPublicHalf(t *testing.T) {
	r := newRig(t)
	made, err := r.ec2.CreateKeyPair(t.Context(), &ec2api.CreateKeyPairInput{KeyName: new("made"), KeyType: "ed25519"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(*made.KeyMaterial, "-----BEGIN OPENSSH PRIVATE KEY-----\n") {
		t.Errorf("the key's text is %.40q", *made.KeyMaterial)
	}
	out, err := r.ec2.DescribeKeyPairs(t.Context(), &ec2api.DescribeKeyPairsInput{KeyNames: []string{"made"}, IncludePublicKey: new(true)})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"line": *out.KeyPairs[0].PublicKey + " me@here\n", "pem": pemOf(t, *out.KeyPairs[0].PublicKey)} {
		again, err := r.ec2.ImportKeyPair(t.Context(), &ec2api.ImportKeyPairInput{KeyName: &name, PublicKeyMaterial: []byte(text)})
		if err != nil || *again.KeyFingerprint != *made.KeyFingerprint {
			t.Errorf("%s: %v, %v; want the fingerprint %s", name, again, err, *made.KeyFingerprint)
		}
	}
	key, _ := rsa.GenerateKey(rand.Reader, 2048)
	der, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	rsaOut, err := r.ec2.ImportKeyPair(t.Context(), &ec2api.ImportKeyPairInput{KeyName: new("rsa"), PublicKeyMaterial: []byte(base64.StdEncoding.EncodeToString(der))})
	if err != nil || strings.Count(*rsaOut.KeyFingerprint, ":") != 15 {
		t.Errorf("an RSA key in DER: %v, %v", rsaOut, err)
	}
	for _, bad := range []string{"ssh-rsa AAAA", "hello", "ssh-ed25519 " + strings.Repeat("A", 68)} {
		_, err = r.ec2.ImportKeyPair(t.Context(), &ec2api.ImportKeyPairInput{KeyName: new("bad"), PublicKeyMaterial: []byte(bad)})
		wantCode(t, err, "InvalidKey.Format")
	}
}

// pemOf turns OpenSSH's line of an Ed25519 key, whose last 32 bytes are the key, into PEM.
func pemOf(t *testing.T, line string) string {
	t.Helper()
	blob, err := base64.StdEncoding.DecodeString(strings.Fields(line)[1])
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(blob[len(blob)-ed25519.PublicKeySize:]))
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestKeyPairsAreUsedByLaunchesAndDeleted(t *testing.T) {
	r := newRig(t)
	r.seed(1)
	made, err := r.ec2.CreateKeyPair(t.Context(), &ec2api.CreateKeyPairInput{KeyName: new("mine"), KeyType: "ed25519",
		TagSpecifications: []types.TagSpecification{{ResourceType: "key-pair", Tags: []types.Tag{{Key: new("team"), Value: new("ops")}}}}})
	if err != nil || tagMap(made.Tags)["team"] != "ops" {
		t.Fatal(made, err)
	}
	withKey := func(in *ec2api.RunInstancesInput) { in.KeyName = new("mine") }
	out, err := r.ec2.RunInstances(t.Context(), fromTemplate(withKey))
	if err != nil || *r.instance(*out.Instances[0].InstanceId).KeyName != "mine" || len(r.matching("key-name", "mine")) != 2 {
		t.Errorf("launched %v, %v", out, err)
	}
	for range 2 { // the second time there is nothing to delete
		if _, err := r.ec2.DeleteKeyPair(t.Context(), &ec2api.DeleteKeyPairInput{KeyName: new("mine")}); err != nil {
			t.Fatal(err)
		}
	}
	_, err = r.ec2.RunInstances(t.Context(), fromTemplate(withKey))
	wantCode(t, err, "InvalidKeyPair.NotFound")
	_, err = r.ec2.DescribeKeyPairs(t.Context(), &ec2api.DescribeKeyPairsInput{KeyPairIds: []string{*made.KeyPairId}})
	wantCode(t, err, "InvalidKeyPair.NotFound")
}
