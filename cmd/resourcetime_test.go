package cmd

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/musterhq/muster/mock/mocktest"
)

// asked answers every request with a text, and counts them.
type asked struct {
	status int
	text   string
	times  int
}

func (a *asked) Do(r *http.Request) (*http.Response, error) {
	a.times++
	return &http.Response{StatusCode: a.status, Status: http.StatusText(a.status), Body: io.NopCloser(strings.NewReader(a.text)), Request: r}, nil
}

func TestAgesCountFromAServedMocksTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		env := silent(nil)
		env.Logger = slog.New(slog.DiscardHandler)
		server := mocktest.New(t)
		if err := server.Advance(48 * time.Hour); err != nil {
			t.Fatal(err)
		}
		if got, want := env.resourceTime(t.Context(), server.Config()), time.Now().Add(48*time.Hour); !got.Equal(want) {
			t.Errorf("a mock: %s, want %s", got, want)
		}
		for _, tt := range []struct {
			name     string
			endpoint *string
			client   asked
			times    int
		}{
			{"no endpoint", nil, asked{}, 0},
			{"AWS", new("https://ec2.eu-west-1.amazonaws.com"), asked{}, 0},
			{"AWS in China", new("https://ec2.cn-north-1.amazonaws.com.cn/"), asked{}, 0},
			{"AWS, dual stack", new("https://ec2.eu-west-1.API.aws:443"), asked{}, 0},
			{"a private endpoint of AWS", new("https://vpce-0.ec2.eu-west-1.vpce.amazonaws.com"), asked{}, 0},
			{"something that has no such path", new("http://localhost:5000"), asked{status: 404, text: "not found"}, 1},
			{"something that answers everything", new("http://localhost:5000"), asked{status: 200, text: "<html>"}, 1},
			{"something that answers with an object", new("http://localhost:5000"), asked{status: 200, text: "{}"}, 1},
			{"a name that only looks like AWS's", new("http://notamazonaws.com"), asked{status: 404}, 1},
		} {
			got := env.resourceTime(t.Context(), aws.Config{BaseEndpoint: tt.endpoint, HTTPClient: &tt.client})
			if !got.Equal(time.Now()) || tt.client.times != tt.times {
				t.Errorf("%s: %s, asked %d times, want %d", tt.name, got, tt.client.times, tt.times)
			}
		}
	})
}

func TestOnlySelectorsOfAgesAskForTheTime(t *testing.T) {
	env := silent(nil)
	env.Logger = slog.New(slog.DiscardHandler)
	for text, want := range map[string]bool{"older=1d": true, "role=web": false, "newer=1h or role=web": true} {
		selector, err := env.selectorToRead([]string{text})
		client := &asked{status: 404}
		at := env.selectorTime(t.Context(), aws.Config{BaseEndpoint: new("http://localhost"), HTTPClient: client}, selector)
		if err != nil || at.IsZero() == want || (client.times == 1) != want {
			t.Errorf("%q: %s, asked %d times, %v", text, at, client.times, err)
		}
	}
}
