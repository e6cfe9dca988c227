package ec2

import (
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// spotOrder is what a launch asks for in the Spot market.
type spotOrder struct {
	Type       types.SpotInstanceType             `json:"type"`
	Behavior   types.InstanceInterruptionBehavior `json:"behavior"`
	MaxPrice   string                             `json:"maxPrice,omitempty"`
	ValidUntil time.Time                          `json:"validUntil,omitzero"`
}

// spotRequest is a Spot Instance request of one instance. A persistent one outlives its
// instance.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-requests.html
type spotRequest struct {
	record
	spotOrder
	State      types.SpotInstanceState `json:"state"`
	Code       string                  `json:"code"`
	Message    string                  `json:"message"`
	Created    time.Time               `json:"created"`
	Updated    time.Time               `json:"updated"`
	InstanceID string                  `json:"instanceId,omitempty"`
	Zone       string                  `json:"zone,omitempty"` // where it was last launched
	// ByService says that EC2 stopped the instance, so that only EC2 starts it again.
	ByService bool `json:"byService,omitempty"`
	// Args and SystemTags launch the instance of a persistent request again.
	Args       templateData      `json:"args"`
	SystemTags map[string]string `json:"systemTags,omitempty"`
}

// The codes of a request's status that the mock has, with their messages. assumed: the
// messages but that of pending-evaluation, which is from github.com/cloudfoundry/bosh issue 2399.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-request-status.html
var spotMessages = map[string]string{
	"pending-evaluation":                    "Your Spot request has been submitted for review, and is pending evaluation.",
	"fulfilled":                             "Your spot request is fulfilled.",
	"capacity-not-available":                "There is no Spot capacity available that matches your request.",
	"bad-parameters":                        "One or more of the parameters of your Spot request are not valid.",
	"schedule-expired":                      "The request expired because it was not fulfilled before the specified date.",
	"marked-for-termination":                "The instance is marked for termination.",
	"marked-for-stop":                       "The instance is marked for stop.",
	"instance-terminated-by-user":           "Spot Instance terminated due to user-initiated termination.",
	"instance-terminated-no-capacity":       "Your instance was terminated because there is no Spot capacity available that matches your request.",
	"instance-stopped-by-user":              "Spot Instance stopped due to user-initiated stop.",
	"instance-stopped-no-capacity":          "Your instance was stopped because there is no Spot capacity available that matches your request.",
	"canceled-before-fulfillment":           "The request was cancelled by the user before it was fulfilled.",
	"request-canceled-and-instance-running": "The request was cancelled while the instance is still running.",
}

// to puts a request into a state.
func (q *spotRequest) to(state types.SpotInstanceState, code string, now time.Time) {
	q.State, q.Code, q.Message, q.Updated = state, code, spotMessages[code], now.Truncate(time.Second)
}

// planSpot reads InstanceMarketOptions.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SpotMarketOptions.html
func planSpot(l *launch, args launchArgs) error {
	o := args.InstanceMarketOptions
	if o == nil {
		return spotTags(l)
	}
	switch o.MarketType {
	case types.MarketTypeSpot:
	case "":
		return missingParameter("InstanceMarketOptions.MarketType") // assumed: that it is needed
	case types.MarketTypeCapacityBlock, "interruptible-capacity-reservation":
		return wire.Errorf("UnknownParameter", "muster's mock does not model the market type %s", o.MarketType)
	default:
		return invalidValue(string(o.MarketType), "InstanceMarketOptions.MarketType")
	}
	order := spotOrder{Type: types.SpotInstanceTypeOneTime, Behavior: types.InstanceInterruptionBehaviorTerminate}
	if s := o.SpotOptions; s != nil {
		if s.SpotInstanceType != "" {
			order.Type = s.SpotInstanceType
		}
		if s.InstanceInterruptionBehavior != "" {
			order.Behavior = s.InstanceInterruptionBehavior
		}
		order.MaxPrice = deref(s.MaxPrice)
		if s.ValidUntil != nil {
			order.ValidUntil = *s.ValidUntil
		}
	}
	l.spot = &order
	return order.check(l)
}

// check refuses what RunInstances does not combine. assumed: the texts, and the code of
// the combinations.
func (o spotOrder) check(l *launch) error {
	persistent := o.Type == types.SpotInstanceTypePersistent
	price, err := strconv.ParseFloat(o.MaxPrice, 64)
	switch {
	case !persistent && o.Type != types.SpotInstanceTypeOneTime:
		return invalidValue(string(o.Type), "SpotInstanceType")
	case !asked([]types.InstanceInterruptionBehavior{"terminate", "stop", "hibernate"}, o.Behavior):
		return invalidValue(string(o.Behavior), "InstanceInterruptionBehavior")
	case persistent == (o.Behavior == types.InstanceInterruptionBehaviorTerminate):
		return wire.Errorf("InvalidParameterCombination", "A %s Spot Instance request does not support the interruption behavior %s with RunInstances", o.Type, o.Behavior)
	case !persistent && !o.ValidUntil.IsZero():
		return wire.Errorf("InvalidParameterCombination", "ValidUntil is not supported for one-time Spot Instance requests")
	case o.MaxPrice != "" && (err != nil || price <= 0):
		return invalidValue(o.MaxPrice, "MaxPrice")
	case o.MaxPrice != "" && price < 0.001: // the least price: API_SpotMarketOptions
		return wire.Errorf("SpotMaxPriceTooLow", "Your Spot request price of %s is lower than the minimum required Spot request fulfillment price.", o.MaxPrice)
	case o.Behavior == types.InstanceInterruptionBehaviorHibernate && !l.settings.Hibernates:
		return wire.Errorf("InvalidParameterCombination", "The interruption behavior hibernate needs an instance that is configured for hibernation")
	case l.settings.NoTerminate || l.settings.NoStop:
		return wire.Errorf("InvalidParameterCombination", "Spot Instances do not support termination and stop protection")
	}
	return nil
}

// spotTags refuses tags for requests where there are none. assumed: the text.
func spotTags(l *launch) error {
	if len(l.tags[types.ResourceTypeSpotInstancesRequest]) > 0 {
		return wire.Errorf("InvalidParameterCombination", "Tags for spot-instances-request need the market type spot")
	}
	return nil
}

// order makes the request of an instance that a launch makes, or finds the one whose
// instance it is.
func (s *Service) order(r *region, l launch) *spotRequest {
	if l.spot == nil {
		return nil
	}
	now := s.world.Now().Truncate(time.Second)
	q := l.request
	if q == nil {
		id := s.world.ID("sir")
		q = &spotRequest{record: record{Seq: r.nextSeq(), ID: "sir-" + id[len(id)-8:]}, spotOrder: *l.spot, Created: now, SystemTags: l.systemTags}
		if q.Type == types.SpotInstanceTypePersistent {
			q.Args = l.args
		}
		r.Spots.add(q)
		r.setTags(q.ID, l.tags[types.ResourceTypeSpotInstancesRequest])
	}
	q.Zone = l.subnet.Zone
	q.to(types.SpotInstanceStateActive, "fulfilled", now)
	return q
}

// request is the Spot request of an instance, or nil.
func (r *region) request(i *instance) *spotRequest { return r.Spots.get(i.Spot.RequestID) }
