package wire_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/wire"
)

// accept is an operation that acts on some members, or on all if none are given.
func accept[In, Out any](fields ...string) wire.Operation {
	if fields == nil {
		fields = fieldNames[In]()
	}
	return wire.Handle(func(context.Context, *In) (*Out, error) { return nil, nil }, fields...)
}

// acceptingEC2, acceptingSSM and acceptingSTS have operations for the tests of what is read from
// requests.
func acceptingEC2() *wire.API {
	api := newEC2()
	api.Operations = map[string]wire.Operation{
		"CreateLaunchTemplate": accept[ec2.CreateLaunchTemplateInput, ec2.CreateLaunchTemplateOutput](),
		"DescribeInstances":    accept[ec2.DescribeInstancesInput, ec2.DescribeInstancesOutput](),
		"RunInstances":         accept[ec2.RunInstancesInput, ec2.RunInstancesOutput](),
		"StopInstances":        accept[ec2.StopInstancesInput, ec2.StopInstancesOutput]("InstanceIds", "DryRun"),
	}
	return api
}

func acceptingSSM() *wire.API {
	api := newSSM()
	api.Operations = map[string]wire.Operation{
		"CancelCommand": accept[ssm.CancelCommandInput, ssm.CancelCommandOutput]("CommandId"),
		"GetInventory":  accept[ssm.GetInventoryInput, ssm.GetInventoryOutput](),
		"ListCommands":  accept[ssm.ListCommandsInput, ssm.ListCommandsOutput](),
		"SendCommand":   accept[ssm.SendCommandInput, ssm.SendCommandOutput](),
	}
	return api
}

func acceptingSTS() *wire.API {
	api := newSTS()
	api.Operations = map[string]wire.Operation{
		"AssumeRole":        accept[sts.AssumeRoleInput, sts.AssumeRoleOutput](),
		"GetCallerIdentity": accept[sts.GetCallerIdentityInput, sts.GetCallerIdentityOutput](),
	}
	return api
}

func newRequest(header map[string]string, query string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/?"+query, nil)
	for k, v := range header {
		r.Header.Set(k, v)
	}
	return r
}

func TestDecodeEC2(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		want       any
	}{
		{"no parameters", "Action=DescribeInstances&Version=2016-11-15", &ec2.DescribeInstancesInput{}},
		{"any version", "Action=DescribeInstances&Version=2009-01-01", &ec2.DescribeInstancesInput{}},
		{"no version", "Action=DescribeInstances", &ec2.DescribeInstancesInput{}},
		{"list in the order of its numbers, with gaps", "Action=DescribeInstances&InstanceId.10=c&InstanceId.9=b&InstanceId.1=a",
			&ec2.DescribeInstancesInput{InstanceIds: []string{"a", "b", "c"}}},
		{"lists of structures with lists",
			"Action=DescribeInstances&Filter.1.Name=tag:role&Filter.1.Value.2=db&Filter.1.Value.1=web&Filter.2.Name=x&MaxResults=5",
			&ec2.DescribeInstancesInput{MaxResults: new(int32(5)), Filters: []ec2types.Filter{
				{Name: new("tag:role"), Values: []string{"web", "db"}}, {Name: new("x")},
			}}},
		{"escapes", "Action=DescribeInstances&Filter.1.Name=tag%3aa+b%26", &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{{Name: new("tag:a b&")}}}},
		{"the first of two counts", "Action=DescribeInstances&Action=Nonsense&NextToken=a&NextToken=b", &ec2.DescribeInstancesInput{NextToken: new("a")}},
		{"time, boolean, enum", "Action=RunInstances&InstanceMarketOptions.SpotOptions.ValidUntil=2019-03-14T20:00:00Z&EbsOptimized=true&InstanceType=t3.micro",
			&ec2.RunInstancesInput{
				EbsOptimized: new(true), InstanceType: ec2types.InstanceTypeT3Micro,
				InstanceMarketOptions: &ec2types.InstanceMarketOptionsRequest{SpotOptions: &ec2types.SpotMarketOptions{
					ValidUntil: new(time.Date(2019, 3, 14, 20, 0, 0, 0, time.UTC)),
				}},
			}},
		{"signature in the query string", "Action=DescribeInstances&AWSAccessKeyId=x&SignatureVersion=2&SignatureMethod=y&Signature=z&Timestamp=t&X-Amz-Date=d",
			&ec2.DescribeInstancesInput{}},
		{"zero value of a member that is not modelled", "Action=StopInstances&InstanceId.1=a&Force=false", &ec2.StopInstancesInput{
			InstanceIds: []string{"a"}, Force: new(false),
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for method, r := range map[string]*http.Request{"POST": newRequest(nil, ""), "GET": newRequest(nil, tt.body)} {
				body := tt.body
				if method == "GET" {
					body = ""
				}
				call, err := acceptingEC2().Decode(r, []byte(body))
				if err != nil {
					t.Fatalf("%s: %v", method, err)
				}
				if diff := cmp.Diff(tt.want, call.Input, sameOnTheWire); diff != "" {
					t.Errorf("%s (-want +got):\n%s", method, diff)
				}
			}
		})
	}
}

func TestDecodeRefuses(t *testing.T) {
	ssmTarget := func(action string) map[string]string { return map[string]string{"X-Amz-Target": "AmazonSSM." + action} }
	for _, tt := range []struct {
		name   string
		api    *wire.API
		header map[string]string
		body   string
		want   string
		status int
	}{
		{name: "ec2: unknown action", api: acceptingEC2(), body: "Action=Nonsense&Version=2016-11-15",
			want: "InvalidAction: The action Nonsense is not valid for this web service."},
		{name: "ec2: no action", api: acceptingEC2(), body: "Version=2016-11-15",
			want: "MissingAction: The request is missing an action or a required parameter."},
		{name: "ec2: not a query string", api: acceptingEC2(), body: "Action=%zz",
			want: "MalformedQueryString: The query string contains a syntax error.", status: 404},
		{name: "ec2: unknown parameter", api: acceptingEC2(), body: "Action=DescribeInstances&Nonsense=1",
			want: "UnknownParameter: The parameter Nonsense is not recognized"},
		{name: "ec2: parameter in lower case", api: acceptingEC2(), body: "Action=DescribeInstances&instanceId.1=1",
			want: "UnknownParameter: The parameter instanceId is not recognized"},
		{name: "ec2: unknown parameter within one", api: acceptingEC2(), body: "Action=DescribeInstances&Filter.1.Nonsense=1",
			want: "UnknownParameter: The parameter Nonsense is not recognized"},
		{name: "ec2: list in the form of STS", api: acceptingEC2(), body: "Action=DescribeInstances&InstanceId.member.1=i",
			want: "UnknownParameter: The parameter member is not recognized"},
		{name: "ec2: value for a list", api: acceptingEC2(), body: "Action=DescribeInstances&InstanceId=i",
			want: "UnknownParameter: The parameter InstanceId is not recognized"},
		{name: "ec2: value for a structure", api: acceptingEC2(), body: "Action=RunInstances&Placement=x",
			want: "UnknownParameter: The parameter Placement is not recognized"},
		{name: "ec2: structure for a value", api: acceptingEC2(), body: "Action=RunInstances&ImageId.Id=x",
			want: "UnknownParameter: The parameter Id is not recognized"},
		{name: "ec2: deeper than anything", api: acceptingEC2(), body: "Action=RunInstances&" + strings.Repeat("a.", 1e5) + "=x",
			want: "UnknownParameter: The parameter a is not recognized"},
		{name: "ec2: not an integer", api: acceptingEC2(), body: "Action=DescribeInstances&MaxResults=ten",
			want: "InvalidParameterValue: Value ( ten ) for parameter maxResults is invalid. Expecting an integer."},
		{name: "ec2: integer out of range", api: acceptingEC2(), body: "Action=DescribeInstances&MaxResults=2147483648",
			want: "InvalidParameterValue: Value ( 2147483648 ) for parameter maxResults is invalid. Expecting an integer."},
		{name: "ec2: not a boolean", api: acceptingEC2(), body: "Action=DescribeInstances&DryRun=yes",
			want: "InvalidParameterValue: Value ( yes ) for parameter dryRun is invalid. Expecting true or false."},
		{name: "ec2: parameter that is not modelled", api: acceptingEC2(), body: "Action=StopInstances&Force=true",
			want: "UnknownParameter: muster's mock does not model the parameter Force of StopInstances"},

		{name: "sts: unknown action", api: acceptingSTS(), body: "Action=Nonsense&Version=2011-06-15",
			want: "InvalidAction: Could not find operation Nonsense for version 2011-06-15"},
		{name: "sts: other version", api: acceptingSTS(), body: "Action=GetCallerIdentity&Version=2000-01-01",
			want: "InvalidAction: Could not find operation GetCallerIdentity for version 2000-01-01"},
		{name: "sts: no version", api: acceptingSTS(), body: "Action=GetCallerIdentity",
			want: "InvalidAction: Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"},
		{name: "sts: empty integer", api: acceptingSTS(), body: "Action=AssumeRole&Version=2011-06-15&DurationSeconds=",
			want: "MalformedInput: missing value for decimal type"},
		{name: "sts: not an integer", api: acceptingSTS(), body: "Action=AssumeRole&Version=2011-06-15&DurationSeconds=abc", want: "MalformedInput"},

		{name: "ssm: no target", api: acceptingSSM(), body: `{}`, want: "UnknownOperationException"},
		{name: "ssm: unknown action", api: acceptingSSM(), header: ssmTarget("Nonsense"), body: `{}`, want: "UnknownOperationException"},
		{name: "ssm: other service", api: acceptingSSM(), header: map[string]string{"X-Amz-Target": "EC2WindowsMessageDeliveryService_v20150723.ListCommands"}, body: `{}`, want: "UnknownOperationException"},
		{name: "ssm: not JSON", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{`, want: "SerializationException"},
		{name: "ssm: more than JSON", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{}{}`, want: "SerializationException"},
		{name: "ssm: not an object", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `[]`, want: "SerializationException"},
		{name: "ssm: number for a string", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"CommandId":1}`,
			want: "SerializationException: NUMBER_VALUE can not be converted to a String"},
		{name: "ssm: string for a number", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"MaxResults":"1"}`,
			want: "SerializationException: STRING_VALUE can not be converted to an Integer"},
		{name: "ssm: decimal for an integer", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"MaxResults":1.5}`,
			want: "SerializationException: DECIMAL_VALUE can not be converted to an Integer"},
		{name: "ssm: integer out of range", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"MaxResults":2147483648}`,
			want: "SerializationException: NUMBER_VALUE can not be converted to an Integer"},
		{name: "ssm: string for a boolean", api: acceptingSSM(), header: ssmTarget("SendCommand"), body: `{"AlarmConfiguration":{"IgnorePollAlarmFailure":""}}`,
			want: "SerializationException: STRING_VALUE can not be converted to a Boolean"},
		{name: "ssm: string for a map", api: acceptingSSM(), header: ssmTarget("SendCommand"), body: `{"Parameters":"x"}`,
			want: "SerializationException: Expected map or null"},
		{name: "ssm: false in a list in a map", api: acceptingSSM(), header: ssmTarget("SendCommand"), body: `{"Parameters":{"commands":[false]}}`,
			want: "SerializationException: FALSE_VALUE can not be converted to a String"},
		{name: "ssm: boolean for a string", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"CommandId":true}`,
			want: "SerializationException: TRUE_VALUE can not be converted to a String"},
		{name: "ssm: object for a string", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"CommandId":{}}`,
			want: "SerializationException: Start of structure or map found where not expected."},
		{name: "ssm: list for a string", api: acceptingSSM(), header: ssmTarget("ListCommands"), body: `{"CommandId":[]}`,
			want: "SerializationException: Start of list found where not expected"},
		{name: "ssm: string for a list", api: acceptingSSM(), header: ssmTarget("SendCommand"), body: `{"InstanceIds":"i-1"}`,
			want: "SerializationException: Expected list or null"},
		{name: "ssm: string for a structure", api: acceptingSSM(), header: ssmTarget("SendCommand"), body: `{"NotificationConfig":"x"}`,
			want: "SerializationException: Expected null"},
		{name: "ssm: deeper than anything", api: acceptingSSM(), header: ssmTarget("GetInventory"),
			body: `{"Aggregators":` + strings.Repeat(`[{"Aggregators":`, 1000) + `null` + strings.Repeat(`}]`, 1000) + `}`, want: "SerializationException"},
		{name: "ssm: parameter that is not modelled", api: acceptingSSM(), header: ssmTarget("CancelCommand"), body: `{"InstanceIds":["i-1"]}`,
			want: "ValidationException: muster's mock does not model the parameter InstanceIds of CancelCommand"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.api.Decode(newRequest(tt.header, ""), []byte(tt.body))
			e, ok := errors.AsType[*wire.Error](err)
			if !ok || e.Error() != tt.want || e.Status != tt.status {
				t.Errorf("got %v (%#v), want %s with status %d", err, e, tt.want, tt.status)
			}
		})
	}
}

func TestZeroValuesCountAsNotSet(t *testing.T) {
	api := newEC2()
	api.Operations = map[string]wire.Operation{"RunInstances": accept[ec2.RunInstancesInput, ec2.RunInstancesOutput]("ImageId")}
	for body, want := range map[string]string{
		"ImageId=a&MinCount=0&UserData=&EbsOptimized=false&InstanceType=": "",
		"Monitoring.Enabled=false&NetworkInterface=":                      "",
		"MinCount=1":                       "MinCount",
		"Monitoring.Enabled=true":          "Monitoring",
		"NetworkInterface.1.DeviceIndex=0": "NetworkInterface",
		"SecurityGroupId.1=":               "SecurityGroupId",
	} {
		_, err := api.Decode(newRequest(nil, ""), []byte("Action=RunInstances&"+body))
		if want != "" {
			want = "UnknownParameter: muster's mock does not model the parameter " + want + " of RunInstances"
		}
		if got := fmt.Sprint(err); want == "" && err != nil || want != "" && got != want {
			t.Errorf("%s: got %s, want %s", body, got, want)
		}
	}
}

func TestDecodeSTS(t *testing.T) {
	for _, tt := range []struct {
		name string
		body url.Values
		want any
	}{
		{"unknown parameters are ignored", url.Values{"Action": {"GetCallerIdentity"}, "Unknown.Thing": {"x"}}, &sts.GetCallerIdentityInput{}},
		{"integers as Java reads them", url.Values{"Action": {"AssumeRole"}, "DurationSeconds": {"+0900"}}, &sts.AssumeRoleInput{DurationSeconds: new(int32(900))}},
		{"list", url.Values{"Action": {"AssumeRole"}, "TransitiveTagKeys.member.2": {"b"}, "TransitiveTagKeys.member.1": {"a"}},
			&sts.AssumeRoleInput{TransitiveTagKeys: []string{"a", "b"}}},
		{"empty list", url.Values{"Action": {"AssumeRole"}, "TransitiveTagKeys": {""}}, &sts.AssumeRoleInput{TransitiveTagKeys: []string{}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.body.Set("Version", "2011-06-15")
			call, err := acceptingSTS().Decode(newRequest(nil, ""), []byte(tt.body.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, call.Input, sameOnTheWire); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeSSM(t *testing.T) {
	for _, tt := range []struct {
		name, action, body string
		want               any
	}{
		{"no body", "ListCommands", ``, &ssm.ListCommandsInput{}},
		{"empty object", "ListCommands", ` {} `, &ssm.ListCommandsInput{}},
		{"unknown members are ignored", "ListCommands", `{"Unknown":{"a":[1]},"commandid":"x"}`, &ssm.ListCommandsInput{}},
		{"null is absent", "SendCommand", `{"Comment":null,"InstanceIds":null,"NotificationConfig":null}`, &ssm.SendCommandInput{}},
		{"the last of two counts", "ListCommands", `{"CommandId":"a","CommandId":"b"}`, &ssm.ListCommandsInput{CommandId: new("b")}},
		{"names that are not the Go fields'", "ListCommands", `{"Filters":[{"key":"Status","value":"Success"}]}`, &ssm.ListCommandsInput{
			Filters: []ssmtypes.CommandFilter{{Key: ssmtypes.CommandFilterKeyStatus, Value: new("Success")}},
		}},
		{"map of lists", "SendCommand", `{"Parameters":{"commands":["a","b"],"x":[]}}`, &ssm.SendCommandInput{
			Parameters: map[string][]string{"commands": {"a", "b"}, "x": {}},
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			call, err := acceptingSSM().Decode(newRequest(map[string]string{"X-Amz-Target": "AmazonSSM." + tt.action}, ""), []byte(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, call.Input, sameOnTheWire); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestMatchesRequestsThatNameNoService(t *testing.T) {
	for _, tt := range []struct {
		name, target, body string
		want               string
	}{
		{"version of EC2", "", "Action=X&Version=2016-11-15", "ec2"},
		{"version of STS", "", "Action=X&Version=2011-06-15", "sts"},
		{"target", "AmazonSSM.X", "{}", "ssm"},
		{"other target", "Other.X", "Version=2016-11-15", ""},
		{"other version", "", "Version=2016", ""},
		{"no version", "", "Action=X&Version=", ""},
		{"nothing", "", "", ""},
		{"not a query string", "", "%zz&Version=2016-11-15", ""},
	} {
		header := map[string]string{}
		if tt.target != "" {
			header["X-Amz-Target"] = tt.target
		}
		got := ""
		for _, api := range []*wire.API{newEC2(), newSSM(), newSTS()} {
			if api.Matches(newRequest(header, ""), []byte(tt.body)) {
				got += api.Name
			}
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func FuzzDecodeEC2(f *testing.F) {
	for _, body := range []string{
		"Action=DescribeInstances&InstanceId.1=i-1&Filter.1.Value.2=x", "Action=RunInstances&BlockDeviceMapping.1.Ebs.VolumeSize=8&MinCount=1",
		"Action=CreateLaunchTemplate&LaunchTemplateData.TagSpecification.1.Tag.1.Key=a", "Action=RunInstances&Placement=&MaxCount=%31",
		"Action=StopInstances&InstanceId.99999999999=x&Force=true", "", "Action", "&&=&.=.", "Action=RunInstances&NetworkInterface.-1.Groups=",
	} {
		f.Add(body)
	}
	api := acceptingEC2()
	f.Fuzz(func(t *testing.T, body string) { mustDecodeOrRefuse(t, api, newRequest(nil, ""), body) })
}

func FuzzDecodeSSM(f *testing.F) {
	for _, body := range []string{
		`{"InstanceIds":["i-1"],"Parameters":{"commands":["uptime"]},"TimeoutSeconds":60}`, `{"Targets":[{"Key":"tag:a","Values":[null]}]}`,
		``, `{`, `null`, `{"TimeoutSeconds":1e400}`, `{"NotificationConfig":{"NotificationEvents":[1]}}`, "{\"Comment\":\"\xff\"}",
	} {
		f.Add(body)
	}
	api := acceptingSSM()
	f.Fuzz(func(t *testing.T, body string) {
		for _, action := range []string{"SendCommand", "GetInventory"} {
			mustDecodeOrRefuse(t, api, newRequest(map[string]string{"X-Amz-Target": "AmazonSSM." + action}, ""), body)
		}
	})
}

// mustDecodeOrRefuse requires of any request that it is decoded or answered with a client's error.
func mustDecodeOrRefuse(t *testing.T, api *wire.API, r *http.Request, body string) {
	t.Helper()
	call, err := api.Decode(r, []byte(body))
	if err == nil {
		if call.Input == nil || api.Operations[call.Action].Fields() == nil {
			t.Fatalf("%q: decoded to %+v", body, call)
		}
		return
	}
	e, ok := errors.AsType[*wire.Error](err)
	if !ok || e.Code == "" || e.Status >= 500 {
		t.Fatalf("%q: got %#v, want an Error of the client's", body, err)
	}
	w := httptest.NewRecorder()
	api.WriteError(w, testRequestID, err)
	if w.Code < 400 || w.Body.Len() == 0 {
		t.Fatalf("%q: answered %d %s", body, w.Code, w.Body)
	}
}
