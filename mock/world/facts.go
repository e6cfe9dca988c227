package world

import (
	"net/http"
	"time"
)

// Facts are what an instance can learn of itself at one moment: what EC2 knows of it, in
// EC2's words.
type Facts struct {
	Scope         Scope
	ID            string
	State         string
	ReservationID string
	LaunchIndex   int
	ImageID       string
	Type          string
	Arch          string // x86_64 or arm64
	Zone, ZoneID  string
	Spot          bool
	Launched      time.Time // the latest start
	PrivateDNS    string
	PublicDNS     string            // empty without a public address
	Interfaces    []Interface       // by device index, the primary one first
	Volumes       []string          // device names of the volumes, the root volume's first
	ProfileARN    string            // of the instance profile, or empty
	ProfileID     string            // of the instance profile, or empty
	KeyName       string            // of the key pair, or empty
	PublicKey     string            // of the key pair in OpenSSH's form, or empty where it is not known
	UserData      []byte            // as the instance sees it, not in base64
	Tags          map[string]string // not to be changed
	Monitored     bool              // detailed monitoring
	Metadata      MetadataOptions
}

// Interface is a network interface of an instance.
type Interface struct {
	ID, MAC          string
	Device, Card     int
	Addresses        []string // private, the primary one first
	Public           string   // address, or empty
	SubnetID, VPCID  string
	SubnetCIDR       string
	VPCCIDR          string
	GroupIDs, Groups []string // security groups: ids, and names in the same order
}

// MetadataOptions are how the metadata service answers an instance.
type MetadataOptions struct {
	Off            bool // HttpEndpoint is disabled
	TokensOptional bool // HttpTokens is optional: version 1 is answered, too
	Tags           bool // InstanceMetadataTags is enabled
}

// ProvideFacts registers who knows the facts of instances by id: EC2. It is called while
// that service is being built; f is called inside Do.
func (w *World) ProvideFacts(f func(id string) (Facts, bool)) { w.facts = f }

// Facts returns what EC2 knows of an instance of any scope, terminated ones included for as long as
// they are described. It may be called only from inside Do or a topic's handler.
func (w *World) Facts(id string) (facts Facts, ok bool) {
	if w.facts == nil {
		return Facts{}, false
	}
	return w.facts(id)
}

// Metadata answers one request of an instance to its metadata service, as of the moment
// when the Metadata was made. path has the query, if there is one. A status of 0 means
// that no answer ever comes. It touches nothing of the services, so it may be called
// outside Do, concurrently.
type Metadata func(method, path string, header http.Header) (status int, answer http.Header, body []byte)

// ProvideMetadata registers who answers for the metadata service. It is called while that
// service is being built; f is called inside Do.
func (w *World) ProvideMetadata(f func(Facts) Metadata) { w.metadata = f }

// Metadata returns the metadata service of an instance as it is now; nil where nobody
// answers. It may be called only from inside Do or a topic's handler.
func (w *World) Metadata(id string) Metadata {
	facts, ok := w.Facts(id)
	if !ok || w.metadata == nil {
		return nil
	}
	return w.metadata(facts)
}
