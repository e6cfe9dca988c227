package ec2

import (
	"bytes"
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Key pairs are really made: what an SSH client does with them is none of the mock's
// business, and it must be able to read them.

// keyMakers make a key pair of a type and its private key as text.
var keyMakers = map[types.KeyType]func() (keyPair, string, error){"": newRSAKey, types.KeyTypeRsa: newRSAKey, types.KeyTypeEd25519: newEd25519Key}

// rsaBits is the size of the RSA keys that EC2 makes; rsaSizes are those that it imports.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-key-pairs.html
const rsaBits = 2048

var rsaSizes = []int{1024, 2048, 4096}

// The algorithms of OpenSSH's key formats: RFC 4253 and RFC 8709.
const (
	sshRSA     = "ssh-rsa"
	sshEd25519 = "ssh-ed25519"
)

// newRSAKey makes a key whose fingerprint is the SHA-1 of the private key in PKCS #8, as
// for all RSA keys that EC2 made itself.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/verify-keys.html
func newRSAKey() (keyPair, string, error) {
	key, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		return keyPair{}, "", err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return keyPair{}, "", err
	}
	sum := sha1.Sum(der)
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	return keyPair{Type: types.KeyTypeRsa, Fingerprint: colons(sum[:]), Public: rsaLine(&key.PublicKey)}, string(text), nil
}

// newEd25519Key makes a key in OpenSSH's own format.
func newEd25519Key() (keyPair, string, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return keyPair{}, "", err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: opensshKey(public, private)})
	return ed25519Pair(public), string(text), nil
}

// ed25519Pair is a public key with its SHA-256 fingerprint, which EC2 pads.
func ed25519Pair(public ed25519.PublicKey) keyPair {
	blob := sshBlob([]byte(sshEd25519), public)
	sum := sha256.Sum256(blob)
	return keyPair{Type: types.KeyTypeEd25519, Fingerprint: base64.StdEncoding.EncodeToString(sum[:]), Public: sshEd25519 + " " + base64.StdEncoding.EncodeToString(blob)}
}

func rsaLine(key *rsa.PublicKey) string {
	exponent := big.NewInt(int64(key.E)).Bytes()
	return sshRSA + " " + base64.StdEncoding.EncodeToString(sshBlob([]byte(sshRSA), exponent, append([]byte{0}, key.N.Bytes()...)))
}

// sshBlob joins parts as RFC 4251 does: each after its length.
func sshBlob(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return out
}

// cutSSH takes the first part off a blob.
func cutSSH(blob []byte) (part, rest []byte, ok bool) {
	if len(blob) < 4 {
		return nil, nil, false
	}
	n := binary.BigEndian.Uint32(blob)
	if uint64(n) > uint64(len(blob)-4) {
		return nil, nil, false
	}
	return blob[4 : 4+n], blob[4+n:], true
}

// opensshKey writes a private key without a passphrase: PROTOCOL.key in OpenSSH's source.
func opensshKey(public ed25519.PublicKey, private ed25519.PrivateKey) []byte {
	check := binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(private)) // any number, twice
	secret := slices.Concat(check, check, sshBlob([]byte(sshEd25519), public, private, nil))
	for pad := byte(1); len(secret)%8 != 0; pad++ {
		secret = append(secret, pad)
	}
	return slices.Concat([]byte("openssh-key-v1\x00"), sshBlob([]byte("none"), []byte("none"), nil), []byte{0, 0, 0, 1},
		sshBlob(sshBlob([]byte(sshEd25519), public), secret))
}

// readPublicKey reads a public key that a user imports: a line of OpenSSH's format, the
// base64 of a DER key, or a PEM block with one. RFC 4716 is not read.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-key-pairs.html
func readPublicKey(text []byte) (keyPair, bool) {
	fields := strings.Fields(string(text))
	if len(fields) >= 2 && (fields[0] == sshRSA || fields[0] == sshEd25519) {
		blob, err := base64.StdEncoding.DecodeString(fields[1])
		if err != nil {
			return keyPair{}, false
		}
		return readBlob(fields[0], blob)
	}
	der, err := base64.StdEncoding.DecodeString(strings.Join(fields, ""))
	if block, _ := pem.Decode(text); block != nil {
		der, err = block.Bytes, nil
	}
	if err != nil {
		return keyPair{}, false
	}
	return readDER(der)
}

// readBlob reads the key that follows an algorithm's name in OpenSSH's format.
func readBlob(algorithm string, blob []byte) (keyPair, bool) {
	name, rest, ok := cutSSH(blob)
	if !ok || string(name) != algorithm {
		return keyPair{}, false
	}
	first, rest, ok := cutSSH(rest)
	if !ok {
		return keyPair{}, false
	}
	if algorithm == sshEd25519 {
		return ed25519Pair(bytes.Clone(first)), len(first) == ed25519.PublicKeySize && len(rest) == 0
	}
	modulus, rest, ok := cutSSH(rest)
	if !ok || len(rest) > 0 || len(first) > 4 {
		return keyPair{}, false
	}
	return importedRSA(&rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(first).Int64())})
}

func readDER(der []byte) (keyPair, bool) {
	any, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return keyPair{}, false
	}
	switch key := any.(type) {
	case *rsa.PublicKey:
		return importedRSA(key)
	case ed25519.PublicKey:
		return ed25519Pair(key), true
	}
	return keyPair{}, false
}

// importedRSA is a key whose fingerprint is the MD5 of the public key, as for all RSA keys
// that EC2 did not make itself.
func importedRSA(key *rsa.PublicKey) (keyPair, bool) {
	if !slices.Contains(rsaSizes, key.N.BitLen()) || key.E < 3 {
		return keyPair{}, false
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return keyPair{}, false
	}
	sum := md5.Sum(der)
	return keyPair{Type: types.KeyTypeRsa, Fingerprint: colons(sum[:]), Public: rsaLine(key)}, true
}

// colons writes bytes as two digits each, with colons between them.
func colons(sum []byte) string {
	return strings.Join(mapped(sum, func(b byte) string { return hex.EncodeToString([]byte{b}) }), ":")
}
