package wire_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/musterhq/muster/mock/wire"
)

// The oracle of these tests is the SDK's own client: inputs and outputs with every member filled
// travel through it and through the package, and must arrive as they were sent.

// inProcess serves a client's requests with an API, without a socket.
type inProcess struct{ api *wire.API }

func (p inProcess) Do(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	w := httptest.NewRecorder()
	serve(p.api, w, r, body)
	return w.Result(), nil
}

const testRequestID = "6f2c8f0e-5b1f-4a6e-9a57-0c9b2f5e7d11"

// serve does what the mock's server does with a request, once it knows the API.
func serve(a *wire.API, w http.ResponseWriter, r *http.Request, body []byte) {
	call, err := a.Decode(r, body)
	if err != nil {
		a.WriteError(w, testRequestID, err)
		return
	}
	out, err := call.Do(r.Context())
	if err != nil {
		a.WriteError(w, testRequestID, err)
		return
	}
	a.WriteOutput(w, testRequestID, call.Action, out)
}

// config is an SDK configuration whose requests an API answers.
func config(api *wire.API) aws.Config {
	return aws.Config{
		Region:     "eu-central-1",
		HTTPClient: inProcess{api},
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", SessionToken: "token"}, nil
		}),
		RetryMaxAttempts: 1,
	}
}

// trip is one operation to send through a client of type C.
type trip[C any] struct {
	action string
	run    func(*testing.T, *wire.API, func(aws.Config) C)
}

// method makes a trip of a client's method, such as (*ssm.Client).SendCommand.
func method[C, In, Out, Opt any](action string, call func(C, context.Context, *In, ...func(*Opt)) (*Out, error)) trip[C] {
	return trip[C]{action, func(t *testing.T, api *wire.API, newClient func(aws.Config) C) {
		for seed := range uint64(8) {
			f := &filler{Rand: rand.New(rand.NewPCG(seed, 0))}
			var in, received In
			var sent Out
			f.fill(reflect.ValueOf(&in).Elem())
			f.fill(reflect.ValueOf(&sent).Elem())
			api.Operations = map[string]wire.Operation{action: wire.Handle(func(_ context.Context, in *In) (*Out, error) {
				received = *in
				return &sent, nil
			}, fieldNames[In]()...)}
			got, err := call(newClient(config(api)), t.Context(), &in)
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			if diff := cmp.Diff(in, received, sameOnTheWire); diff != "" {
				t.Fatalf("seed %d: the handler received another input (-sent +received):\n%s", seed, diff)
			}
			if diff := cmp.Diff(sent, *got, sameOnTheWire); diff != "" {
				t.Fatalf("seed %d: the client received another output (-sent +received):\n%s", seed, diff)
			}
		}
	}}
}

func runTrips[C any](t *testing.T, newAPI func() *wire.API, newClient func(aws.Config) C, trips []trip[C]) {
	for _, trip := range trips {
		t.Run(trip.action, func(t *testing.T) {
			t.Parallel()
			trip.run(t, newAPI(), newClient)
		})
	}
}

// sameOnTheWire leaves out of a comparison what does not travel.
var sameOnTheWire = cmp.FilterPath(func(p cmp.Path) bool {
	name := strings.TrimPrefix(p.Last().String(), ".")
	return name == "ResultMetadata" || name == "noSmithyDocumentSerde"
}, cmp.Ignore())

// fieldNames are the names of all members of an input.
func fieldNames[In any]() []string {
	var names []string
	for f := range reflect.TypeFor[In]().Fields() {
		if f.IsExported() {
			names = append(names, f.Name)
		}
	}
	return names
}

// texts are strings that a careless codec spoils.
var texts = []string{
	"", "plain", "with blank", " leading and trailing ", "a&b=c%20d+e;f", `<tag attr="1">'quoted'</tag>`, "]]>", "tab\tand\nlines\r\n", "é 漢字 😀",
	`back\slash`, "\u2028", "null", "0", "i-0123456789abcdef0",
}

// filler sets members at random.
type filler struct {
	*rand.Rand
	within []reflect.Type // the structures around the value, so as to stop at types that contain themselves
}

// fill sets every exported member of v, however deep. Lists and maps get one to three elements.
// Times are whole eighths of a second: finer than milliseconds does not travel, and of other
// fractions the SDK's JSON reader, which goes through a float, may lose a millisecond.
func (f *filler) fill(v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.UnixMilli((f.Int64N(8e10) - 4e10) * 125).UTC()))
		return
	case []byte:
		v.SetBytes(fmt.Appendf(nil, "\x00\xff%d", f.Int()))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		f.fillSlice(v)
	case reflect.Map:
		f.fillMap(v)
	case reflect.Struct:
		f.fillStruct(v)
	default:
		f.fillScalar(v)
	}
}

func (f *filler) fillSlice(v reflect.Value) {
	if slices.Contains(f.within, v.Type().Elem()) {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 1+f.IntN(3), 3))
	for i := range v.Len() {
		f.fill(v.Index(i))
	}
}

func (f *filler) fillMap(v reflect.Value) {
	v.Set(reflect.MakeMap(v.Type()))
	for range 1 + f.IntN(3) {
		key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(elem)
		v.SetMapIndex(key, elem)
	}
}

func (f *filler) fillStruct(v reflect.Value) {
	f.within = append(f.within, v.Type())
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() && field.Name != "ResultMetadata" {
			f.fill(v.Field(i))
		}
	}
	f.within = f.within[:len(f.within)-1]
}

func (f *filler) fillScalar(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(texts[f.IntN(len(texts))])
		if v.Type() != reflect.TypeFor[string]() && v.Len() == 0 {
			v.SetString("enum") // an empty enum stands for none
		}
	case reflect.Bool:
		v.SetBool(f.IntN(2) == 0)
	case reflect.Int32:
		v.SetInt(int64(int32(f.Uint32())))
	case reflect.Int64:
		v.SetInt(int64(f.Uint64()))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(f.IntN(1e6)) / 64)
	default:
		panic("fill: " + v.Type().String())
	}
}
