package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/musterhq/muster/mock"
)

// mockServeOptions are the flags of mock serve.
type mockServeOptions struct {
	fleetFlags
	listen string
	state  string
	imds   []string

	auth    string
	rootKey string
}

func (o *mockServeOptions) addFlags(set *pflag.FlagSet) {
	set.StringVar(&o.listen, "listen", "127.0.0.1:4747", "`HOST:PORT` to listen on; port 0 takes a free one")
	o.fleetFlags.addFlags(set, 0)
	set.StringVar(&o.state, "state", "", "`FILE` to start from if it is there, and to keep what is rehearsed in")
	set.StringArrayVar(&o.imds, "imds", nil, "serve the instance metadata of `ID[=PORT]` on a port of its own; repeatable")
	set.StringVar(&o.auth, "auth", "open", "`WHO` may call: open for any key, strict for --root-key and keys that the mock issued")
	set.StringVar(&o.rootKey, "root-key", "mock:mock", "`ID:SECRET` of the root user with --auth strict; an id of twelve digits is the account")
}

func newMockServeCommand(env *Env) *cobra.Command {
	var options mockServeOptions
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the offline AWS on a port",
		Long: `Serves the offline AWS on a port until it is interrupted. Any tool that lets its endpoint be chosen can use it, with any
access key; a key of twelve digits is the account. Its controls are under /_muster/: health, reset, seed, clock, faults,
imds, notices and calls. stdout has one line, the URL, once it answers.

--imds serves what an instance finds at 169.254.169.254, on a loopback port for each, because clients allow no path in
AWS_EC2_METADATA_SERVICE_ENDPOINT. muster mock imds does it later.

Credentials that the mock issued, by STS or as an instance's role, are checked: signature, session token, end. With
--auth strict every call needs such a key, or --root-key.

With --state what is rehearsed is kept in FILE: whole, a few seconds after it changed, and when the server ends. --fleet,
--seed and --lag count for a new FILE only.

EXIT STATUS
` + exitHelp(ExitDone, ExitFailed, ExitUsage),
		Example: "  muster mock serve --listen 127.0.0.1:4747 --fleet 20",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return runMockServe(c.Context(), env, options) },
	}
	options.addFlags(command.Flags())
	return command
}

func runMockServe(ctx context.Context, env *Env, options mockServeOptions) error {
	if err := options.check(); err != nil {
		return err
	}
	if env.flags.mock {
		return usageError(errors.New("mock serve: --mock means the embedded mock, which is not served"), "leave --mock out")
	}
	server := mock.New(options.settings())
	if err := options.requireKeys(server); err != nil {
		return err
	}
	state, err := options.load(ctx, server, env.mockRegion())
	if err != nil {
		return err
	}
	err = options.listenAndServe(ctx, env, server, state)
	return errors.Join(err, server.Close(), state.close(server))
}

// listenAndServe opens every port, and answers until ctx ends.
func (o *mockServeOptions) listenAndServe(ctx context.Context, env *Env, server *mock.Server, state *servedState) error {
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return withExit(ExitUsage, err, "--listen 127.0.0.1:0 takes a free port")
	}
	if err := o.openIMDS(env, server); err != nil {
		return errors.Join(err, listener.Close())
	}
	keeping, stop := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() { state.keep(keeping, env, server) })
	defer keeper.Wait()
	defer stop()
	return env.serve(ctx, listener, server)
}

// requireKeys makes the server check who calls, where --auth strict asks for it.
func (o *mockServeOptions) requireKeys(server *mock.Server) error {
	id, secret, found := strings.Cut(o.rootKey, ":")
	switch {
	case o.auth != "open" && o.auth != "strict":
		return usageErrorf("--auth is %q; it is open or strict", o.auth)
	case !found || id == "" || secret == "":
		return usageErrorf("--root-key is not ID:SECRET, like mock:mock")
	case o.auth == "strict":
		server.RequireKeys(map[string]string{id: secret})
	}
	return nil
}

// openIMDS serves the metadata of the instances that --imds names.
func (o *mockServeOptions) openIMDS(env *Env, server *mock.Server) error {
	for _, text := range o.imds {
		id, port, err := parseIMDS(text)
		if err != nil {
			return err
		}
		url, err := server.OpenIMDS(id, port)
		if err != nil {
			return withExit(ExitUsage, err, "--imds "+id+" takes a free port")
		}
		env.notef("the metadata of %s answers at %s; for its programs:\n  export AWS_EC2_METADATA_SERVICE_ENDPOINT=%s", id, url, url)
	}
	return nil
}

// parseIMDS reads ID or ID=PORT.
func parseIMDS(text string) (id string, port int, err error) {
	id, number, found := strings.Cut(text, "=")
	if found {
		port, err = strconv.Atoi(number)
	}
	if err != nil || port < 0 || port > 65535 || found && port == 0 || id == "" {
		return "", 0, usageErrorf("%q is not ID or ID=PORT, like i-0123456789abcdef0=8111", text)
	}
	return id, port, nil
}

const (
	// readHeaderTimeout keeps half-open connections from piling up.
	readHeaderTimeout = 10 * time.Second
	// drainTimeout is how long calls under way may take once the server is to end.
	drainTimeout = 5 * time.Second
)

// printServed prints where the mock answers.
func (env *Env) printServed(url string) error {
	rows := newTable("URL")
	rows.add(url)
	return env.print(output{value: mockServed{url}, rows: rows, people: func(w io.Writer) error {
		_, err := fmt.Fprintln(w, url)
		return err
	}})
}

// mockServed is what `muster mock serve` prints for programs.
type mockServed struct {
	URL string `json:"url"`
}

// serve answers on the listener until ctx ends, then lets the calls under way end.
func (env *Env) serve(ctx context.Context, listener net.Listener, server *mock.Server) error {
	url := "http://" + listener.Addr().String()
	if err := env.printServed(url); err != nil {
		return errors.Join(err, listener.Close())
	}
	env.notef("an offline AWS answers at %s; in another terminal:\n  export AWS_ENDPOINT_URL=%s AWS_REGION=%s AWS_ACCESS_KEY_ID=mock AWS_SECRET_ACCESS_KEY=mock\n  muster ls", url, url, env.mockRegion())
	served := &http.Server{Handler: server, ReadHeaderTimeout: readHeaderTimeout,
		BaseContext: func(net.Listener) context.Context { return ctx }} // ends what a fault holds back
	failed := make(chan error, 1)
	go func() { failed <- served.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	err := served.Shutdown(draining)
	<-failed
	return err
}
