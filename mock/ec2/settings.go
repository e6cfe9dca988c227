package ec2

import (
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// instanceSettings are what a launch decides of an instance, and what most of the
// Modify… calls change. The zero value is EC2's default, but for Metadata.
type instanceSettings struct {
	KeyName     string          `json:"keyName,omitempty"`
	ProfileArn  string          `json:"profileArn,omitempty"`
	UserData    []byte          `json:"userData,omitempty"` // as the instance sees it, not in base64
	Metadata    metadataOptions `json:"metadata"`
	NoTerminate bool            `json:"noTerminate,omitempty"` // DisableApiTermination
	NoStop      bool            `json:"noStop,omitempty"`      // DisableApiStop
	// OnShutdown is what a shutdown from inside does: stop, which is also empty, or terminate.
	OnShutdown   types.ShutdownBehavior `json:"onShutdown,omitempty"`
	Monitored    bool                   `json:"monitored,omitempty"` // detailed monitoring
	EBSOptimized bool                   `json:"ebsOptimized,omitempty"`
	Hibernates   bool                   `json:"hibernates,omitempty"` // configured for it at launch
	Cores        int32                  `json:"cores,omitempty"`      // 0: as many as the type has
	Threads      int32                  `json:"threads,omitempty"`    // per core; 0: as the type
	Credits      string                 `json:"credits,omitempty"`    // standard or unlimited, of a burstable type
	Tenancy      types.Tenancy          `json:"tenancy,omitempty"`    // empty is default
	// Recovery is whether EC2 recovers it by itself: default, which is also empty, or disabled.
	Recovery types.InstanceAutoRecoveryState `json:"recovery,omitempty"`
	DNS      dnsOptions                      `json:"dns,omitzero"`
	Spot     spotLife                        `json:"spot,omitzero"`
}

// metadataOptions are how the instance metadata service answers the instance.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
type metadataOptions struct {
	TokensOptional bool  `json:"tokensOptional,omitempty"` // IMDSv1 is answered too
	Hops           int32 `json:"hops"`                     // HttpPutResponseHopLimit, 1 to 64
	Off            bool  `json:"off,omitempty"`            // HttpEndpoint disabled
	IPv6           bool  `json:"ipv6,omitempty"`
	Tags           bool  `json:"tags,omitempty"` // the instance's tags are shown
	Pending        bool  `json:"pending,omitempty"`
	Change         int   `json:"change,omitempty"` // grows with each
}

// dnsOptions are PrivateDnsNameOptions.
type dnsOptions struct {
	ResourceName bool `json:"resourceName,omitempty"` // the host name is the instance's id, not its address
	RecordA      bool `json:"recordA,omitempty"`      // the resource name resolves to the IPv4 address
	RecordAAAA   bool `json:"recordAaaa,omitempty"`
}

// spotLife is what an instance knows of its Spot request; none has an empty RequestID.
type spotLife struct {
	RequestID string `json:"requestId,omitempty"`
}
