package wire

import (
	"net/http"
	"net/url"
)

type params []param
type param struct{ name, value string }

func (p params) get(name string) string {
	for _, kv := range p {
		if kv.name == name {
			return kv.value
		}
	}
	return ""
}

func parseParams(r *http.Request, body []byte) (params, error) {
	_, err := url.ParseQuery(string(body))
	return nil, err
}

func (a *API) decodeQueryCall(r *http.Request, body []byte) (*Call, error) {
	return nil, Errorf("InvalidAction", "not yet")
}
