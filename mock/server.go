// Package mock is an offline AWS: a server that speaks the real wire protocols of EC2,
// Systems Manager and STS, with simulated machines that really run the scripts sent to
// them. Real clients talk to it: the AWS SDKs, the AWS CLI, and muster itself.
//
// Start with [New]. A [Server] is an http.Handler for any listener; [Server.Config] puts
// it behind the Go SDK's clients without a socket. In tests, mocktest.New does both.
// [Server.Seed], [Server.Advance], [Server.Fault] and the others are its controls, also
// served under /_muster/. The mock talks to nobody and touches nothing of its host.
package mock

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/musterhq/muster/mock/ec2"
	"github.com/musterhq/muster/mock/imds"
	"github.com/musterhq/muster/mock/ssm"
	"github.com/musterhq/muster/mock/sts"
	"github.com/musterhq/muster/mock/wire"
	"github.com/musterhq/muster/mock/world"
)

// MaxRequestBytes is the largest request that the server reads. SendCommand's largest
// member is a document's 64 KB; EC2's is a user data of 16 KB. PutInventory refuses what
// is over 1 MB itself.
const MaxRequestBytes = 2 << 20

// Server is an offline AWS. It may be used concurrently.
type Server struct {
	world   *world.World
	ec2     *ec2.Service
	imds    *imds.Service
	doors   doors
	keys    keyring
	apis    map[string]*wire.API // by signing name
	control http.Handler
}

// New returns an AWS with nothing in it but what a new account has.
func New(settings world.Settings) *Server {
	w := world.New(settings)
	s := &Server{world: w, ec2: ec2.New(w), imds: imds.New(w), apis: map[string]*wire.API{}}
	for _, api := range []*wire.API{s.ec2.API(), ssm.New(w).API(), sts.New(w).API()} {
		s.apis[api.Name] = api
	}
	s.control = s.controls()
	return s
}

// ServeHTTP answers one AWS call, or one of the controls under /_muster/.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, controlPath) {
		s.control.ServeHTTP(w, r)
		return
	}
	s.answer(w, r)
}

// answer takes a call through its stages: who signed it, which service and action it is
// for, whether a fault strikes it, and what the service says.
func (s *Server) answer(w http.ResponseWriter, r *http.Request) {
	id := requestID()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, MaxRequestBytes))
	if err != nil {
		wire.WriteError(w, r, id, tooLarge(err))
		return
	}
	cred, credErr := wire.ParseCredential(r)
	api := s.serviceOf(cred, r, body)
	switch {
	case api == nil && credErr == nil:
		wire.WriteError(w, r, id, unknownService(r, cred.Service))
		return
	case api == nil:
		wire.WriteError(w, r, id, credErr)
		return
	case credErr != nil:
		api.WriteError(w, id, credErr)
		return
	}
	identity, err := s.authenticate(w, r, body, api, cred)
	scope := world.Scope{Account: identity.Account, Region: cred.Region}
	if err != nil {
		s.note(api, scope, "(refused)", id, err, false)
		api.WriteError(w, id, err)
		return
	}
	call, err := api.Decode(r, body)
	if err != nil {
		s.note(api, scope, "(refused)", id, err, false)
		api.WriteError(w, id, err)
		return
	}
	ctx := world.WithIdentity(world.WithScope(r.Context(), scope), identity)
	out, struck, err := s.do(ctx, api, call)
	s.note(api, scope, call.Action, id, err, struck.Fault != nil)
	world.Strike(struck).Hold(r.Context())
	if err != nil {
		api.WriteError(w, id, err)
		return
	}
	api.WriteOutput(w, id, call.Action, out)
}

// do lets the service act, unless a fault says otherwise.
func (s *Server) do(ctx context.Context, api *wire.API, call *wire.Call) (out any, struck strike, err error) {
	struck = strike(s.world.Faults.Take(api.Name, call.Action, call.Input))
	if struck.prevents() {
		return nil, struck, struck.error(api.Name)
	}
	act := s.world.Do
	if readsOnly(call.Action) {
		act = s.world.Look
	}
	act(func() { out, err = call.Do(ctx) })
	return out, struck, err
}

// readsOnly reports whether an action changes nothing, by AWS's ways of naming.
func readsOnly(action string) bool {
	return slices.ContainsFunc([]string{"Describe", "List", "Get"}, func(verb string) bool { return strings.HasPrefix(action, verb) })
}

// serviceOf finds the service that a request is for: by its signature, else by its looks;
// nil when neither tells.
func (s *Server) serviceOf(cred wire.Credential, r *http.Request, body []byte) *wire.API {
	if cred.Service != "" {
		return s.apis[cred.Service]
	}
	for _, api := range s.apis {
		if api.Matches(r, body) {
			return api
		}
	}
	return nil
}

// unknownService is the answer to a call of a service that the mock lacks: AWS would have
// another endpoint there. The codes are those for an unknown action.
func unknownService(r *http.Request, service string) *wire.Error {
	code := "InvalidAction"
	if r.Header.Get("X-Amz-Target") != "" {
		code = "UnknownOperationException"
	}
	return wire.Errorf(code, "muster's mock does not have the service %q; it has ec2, ssm and sts", service)
}

// note records an answered call.
func (s *Server) note(api *wire.API, scope world.Scope, action, id string, err error, fault bool) {
	call := world.Call{Time: s.world.ReadClock().Now, Service: api.Name, Action: action, Account: scope.Account, Region: scope.Region, RequestID: id, Fault: fault}
	if wireErr, ok := errors.AsType[*wire.Error](err); ok {
		call.Error = wireErr.Code
	} else if err != nil {
		call.Error = "InternalError"
	}
	s.world.Calls.Add(call)
}

func tooLarge(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &wire.Error{Code: "RequestEntityTooLarge", Message: "the request has more bytes than the mock reads", Status: http.StatusRequestEntityTooLarge}
	}
	return wire.Errorf("IncompleteBody", "the request's body ended early: %v", err)
}

// requestID is a UUID as AWS's request ids are. It names no resource, so it need not
// repeat with the seed.
func requestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
