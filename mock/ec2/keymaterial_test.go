package ec2

import "testing"

// FuzzReadPublicKey holds that whatever is taken as a key is written as one that is taken
// again, with the same fingerprint.
func FuzzReadPublicKey(f *testing.F) {
	made, _, err := newEd25519Key()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(made.Public + " comment"))
	f.Add([]byte("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ"))
	f.Add([]byte("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		k, ok := readPublicKey(text)
		if !ok {
			return
		}
		if again, ok := readPublicKey([]byte(k.Public)); !ok || again != k {
			t.Errorf("%q is read as %+v, which is read as %+v, %v", text, k, again, ok)
		}
	})
}
