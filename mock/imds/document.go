package imds

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/musterhq/muster/mock/world"
)

// stamp is how the service writes times in its documents.
func stamp(t time.Time) string { return quoted(t.UTC().Format("2006-01-02T15:04:05Z")) }

func quoted(text string) string {
	data, _ := json.Marshal(text) // a text can always be written
	return string(data)
}

// object writes an object as the service does: a member a line, in the given order, with
// blanks around the colon. pairs are names and their values, which are JSON already.
func object(indent string, pairs ...string) string {
	var b strings.Builder
	b.WriteString("{\n")
	for n := 0; n < len(pairs); n += 2 {
		b.WriteString(indent + "  " + quoted(pairs[n]) + " : " + pairs[n+1])
		if n+2 < len(pairs) {
			b.WriteString(",")
		}
		b.WriteString("\n")
	}
	return b.String() + indent + "}"
}

// document is the instance identity document.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-identity-documents.html
func (v view) document() string {
	f := v.facts
	address := ""
	if len(f.Interfaces) > 0 {
		address = f.Interfaces[0].Addresses[0]
	}
	return object("", "accountId", quoted(f.Scope.Account), "architecture", quoted(f.Arch), "availabilityZone", quoted(f.Zone),
		"billingProducts", "null", "devpayProductCodes", "null", "marketplaceProductCodes", "null",
		"imageId", quoted(f.ImageID), "instanceId", quoted(f.ID), "instanceType", quoted(f.Type), "kernelId", "null",
		"pendingTime", stamp(f.Launched), "privateIp", quoted(address), "ramdiskId", "null",
		"region", quoted(f.Scope.Region), "version", quoted("2017-09-30"))
}

const (
	// renewed is how often the role's credentials change.
	// assumed: AWS says only that new ones are there five minutes before the old ones end.
	renewed = time.Hour
	// valid is how long they are good for. assumed: about six hours are seen.
	valid = 6 * time.Hour
)

// addRole adds the instance profile and the credentials of its role, by the host's clock.
// assumed: the role has the profile's name, as it does when the console makes both.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html
func (v view) addRole(t tree) {
	f := v.facts
	if f.ProfileARN == "" {
		return
	}
	role := f.ProfileARN[strings.LastIndexByte(f.ProfileARN, '/')+1:]
	since := v.host.Truncate(renewed)
	t.put("meta-data/iam/info", object("", "Code", quoted("Success"), "LastUpdated", stamp(since),
		"InstanceProfileArn", quoted(f.ProfileARN), "InstanceProfileId", quoted(f.ProfileID)))
	c := v.world.Issue(world.AssumedRole(f.Scope.Account, role, f.ID), since.Add(renewed+valid), "imds "+since.Format(time.RFC3339))
	t.put("meta-data/iam/security-credentials/"+role, object("", "Code", quoted("Success"), "LastUpdated", stamp(since), "Type", quoted("AWS-HMAC"),
		"AccessKeyId", quoted(c.AccessKeyID), "SecretAccessKey", quoted(c.SecretAccessKey), "Token", quoted(c.SessionToken), "Expiration", stamp(c.Expiration)))
}
