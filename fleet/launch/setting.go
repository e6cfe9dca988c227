package launch

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Setting changes one thing of what is launched. The keys are those of the options of `aws ec2 run-instances`, and of the
// members of its options.
type Setting struct {
	Key, Value string
}

// SettingError says that a setting is unknown or has a value that it cannot have. Nothing was called.
type SettingError struct {
	Setting Setting
	Problem string // empty: there is no such key
}

// Error names the setting.
func (e *SettingError) Error() string {
	if e.Problem == "" {
		return fmt.Sprintf("there is no setting %q", e.Setting.Key)
	}
	return fmt.Sprintf("setting %s: %s", e.Setting.Key, e.Problem)
}

// MaxUserDataBytes is the most that user data may have before it is encoded
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html).
const MaxUserDataBytes = 16 << 10

// settable is where a setting goes: the member of a launch template's data, the members below it, and how its value reads.
type settable struct {
	path string // such as "MetadataOptions.HttpTokens"
	read func(value string) (any, error)
	// whole says that the member is replaced, not changed: what else it has would contradict the value.
	whole bool
}

// settables are the settings that a launch can change, by key. Sizes of volumes and network interfaces are a template's work.
var settables = map[string]settable{
	"availability-zone":                    {path: "Placement.AvailabilityZone", read: text},
	"cpu-credits":                          {path: "CreditSpecification.CpuCredits", read: oneOf("standard", "unlimited")},
	"disable-api-stop":                     {path: "DisableApiStop", read: boolean},
	"disable-api-termination":              {path: "DisableApiTermination", read: boolean},
	"ebs-optimized":                        {path: "EbsOptimized", read: boolean},
	"hibernation":                          {path: "HibernationOptions.Configured", read: boolean},
	"http-put-response-hop-limit":          {path: "MetadataOptions.HttpPutResponseHopLimit", read: hopLimit},
	"http-tokens":                          {path: "MetadataOptions.HttpTokens", read: oneOf("optional", "required")},
	"iam-instance-profile":                 {path: "IamInstanceProfile", read: profile, whole: true},
	"image-id":                             {path: "ImageId", read: text},
	"instance-initiated-shutdown-behavior": {path: "InstanceInitiatedShutdownBehavior", read: oneOf("stop", "terminate")},
	"instance-metadata-tags":               {path: "MetadataOptions.InstanceMetadataTags", read: oneOf("disabled", "enabled")},
	"instance-type":                        {path: "InstanceType", read: text},
	"key-name":                             {path: "KeyName", read: text},
	"market-type":                          {path: "InstanceMarketOptions.MarketType", read: oneOf("spot")},
	"monitoring":                           {path: "Monitoring.Enabled", read: boolean},
	"security-group-ids":                   {path: "SecurityGroupIds", read: list, whole: true},
	"spot-max-price":                       {path: "InstanceMarketOptions.SpotOptions.MaxPrice", read: price},
	"tenancy":                              {path: "Placement.Tenancy", read: oneOf("default", "dedicated", "host")},
	"user-data":                            {path: "UserData", read: userData},
}

// SettingKeys returns the keys that a Setting may have, sorted.
func SettingKeys() []string { return slices.Sorted(maps.Keys(settables)) }

// apply changes data as the setting says, and names the member of data that it has changed.
func (s Setting) apply(data *ec2types.ResponseLaunchTemplateData) (member string, err error) {
	to, known := settables[s.Key]
	if !known {
		return "", &SettingError{Setting: s}
	}
	value, err := to.read(s.Value)
	if err != nil {
		return "", &SettingError{s, err.Error()}
	}
	member, _, _ = strings.Cut(to.path, ".")
	if member == "SecurityGroupIds" && len(data.NetworkInterfaces) > 0 {
		// With network interfaces, EC2 takes the groups there and nowhere else.
		data.NetworkInterfaces = slices.Clone(data.NetworkInterfaces)
		data.NetworkInterfaces[0].Groups = value.([]string)
		return "NetworkInterfaces", nil
	}
	if to.whole {
		if err := overlay(data, map[string]any{member: nil}); err != nil {
			return "", err
		}
	}
	return member, overlay(data, nest(to.path, value))
}

// nest builds {"A": {"B": value}} of the path "A.B".
func nest(path string, value any) map[string]any {
	head, rest, deeper := strings.Cut(path, ".")
	if deeper {
		value = nest(rest, value)
	}
	return map[string]any{head: value}
}

// overlay sets the members of data that are in changes. Data and what it points to are copied first: they may be shared with
// the answer that they are from.
func overlay(data *ec2types.ResponseLaunchTemplateData, changes map[string]any) error {
	var fresh ec2types.ResponseLaunchTemplateData
	for _, layer := range []any{data, changes} {
		encoded, err := json.Marshal(layer)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(encoded, &fresh); err != nil {
			return err
		}
	}
	*data = fresh
	return nil
}

// The ways in which values read. Their errors say what a value is.

func text(value string) (any, error) {
	if value == "" {
		return nil, fmt.Errorf("it is empty")
	}
	return value, nil
}

func boolean(value string) (any, error) {
	switch value {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return nil, fmt.Errorf("%q is not true or false", value)
}

func oneOf(values ...string) func(string) (any, error) {
	return func(value string) (any, error) {
		if !slices.Contains(values, value) {
			return nil, fmt.Errorf("%q is not %s", value, strings.Join(values, " or "))
		}
		return value, nil
	}
}

// hopLimit is from 1 to 64 (API_InstanceMetadataOptionsRequest.html).
func hopLimit(value string) (any, error) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 64 {
		return nil, fmt.Errorf("%q is not a number from 1 to 64", value)
	}
	return n, nil
}

// price is in US dollars an hour, written as EC2 takes it: no sign, no exponent.
func price(value string) (any, error) {
	if n, err := strconv.ParseFloat(value, 64); err != nil || n <= 0 || strings.Trim(value, "0123456789.") != "" {
		return nil, fmt.Errorf("%q is not a price in US dollars an hour, such as 0.05", value)
	}
	return value, nil
}

func list(value string) (any, error) {
	items := strings.Split(value, ",")
	if slices.Contains(items, "") {
		return nil, fmt.Errorf("%q is not a list with commas, such as sg-1,sg-2", value)
	}
	return items, nil
}

// profile is a name, or an ARN, which has a member of its own.
func profile(value string) (any, error) {
	if value == "" {
		return nil, fmt.Errorf("it is empty")
	}
	if strings.HasPrefix(value, "arn:") {
		return map[string]string{"Arn": value}, nil
	}
	return map[string]string{"Name": value}, nil
}

func userData(value string) (any, error) {
	if n := len(value); n > MaxUserDataBytes {
		return nil, fmt.Errorf("it has %d bytes; at most %d", n, MaxUserDataBytes)
	}
	return base64.StdEncoding.EncodeToString([]byte(value)), nil
}
