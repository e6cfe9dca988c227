package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"regexp"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/logging"
	"golang.org/x/term"

	"github.com/musterhq/muster/account"
)

// Env is what one invocation of muster knows of the process around it. This file alone touches the process's streams,
// environment and signals; a test builds an Env of buffers instead. An Env serves one call of [Main].
type Env struct {
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer

	// Getenv reads the environment for what is muster's own (MUSTER_MOCK, NO_COLOR). The AWS SDK reads the process's
	// environment by itself.
	Getenv func(name string) string

	// Logger writes to Stderr: warnings, and with --verbose everything.
	Logger *slog.Logger

	// Terminal says which streams are a person's terminal.
	Terminal Terminal

	// AWS says which account to talk to. Where it is nil, [Main] sets it to what the global flags and the environment say:
	// the embedded mock, or the SDK's own search for a profile, a region and credentials. It is called at most once, and
	// only by commands that talk to AWS; they call [Env.Scope].
	AWS func(ctx context.Context) (aws.Config, error)

	// HTTP reaches the controls of a mock that is served. Nil means package http's own client.
	HTTP aws.HTTPClient

	// Signals asks for the process's interrupts to be sent to a channel until stop is called. Nil: there are none.
	Signals func(interrupts chan<- os.Signal) (stop func())

	flags   globalFlags
	scope   *account.Scope
	mockNow func() time.Time // the embedded mock's clock, once it is open
	events  []any            // see printEvent

	acted    string // the command that has gone past the guards
	queryErr error  // what --query did not find in the result of a command that has acted

	explaining *explanation // nil but for explain
	live       atomic.Pointer[live]
	closers    []func() error
}

// httpClient is what reaches a served mock's controls.
func (env *Env) httpClient() aws.HTTPClient {
	if env.HTTP == nil {
		return http.DefaultClient
	}
	return env.HTTP
}

// Terminal holds what is known of the terminal behind the streams.
type Terminal struct {
	Stdin, Stdout, Stderr bool
	Live                  bool // a live display may be drawn on Stderr
	Columns               int  // of Stdout, or 0 where it is no terminal
}

// OSEnv returns the Env of this process.
func OSEnv() *Env {
	env := &Env{
		Stdin:    os.Stdin,
		Stdout:   os.Stdout,
		Stderr:   os.Stderr,
		Getenv:   os.Getenv,
		Terminal: osTerminal(),
		Signals:  osSignals,
	}
	env.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: &env.flags}))
	return env
}

func osTerminal() Terminal {
	t := Terminal{
		Stdin:  term.IsTerminal(int(os.Stdin.Fd())),
		Stdout: term.IsTerminal(int(os.Stdout.Fd())),
		Stderr: term.IsTerminal(int(os.Stderr.Fd())),
	}
	if t.Stderr {
		width, _, err := term.GetSize(int(os.Stderr.Fd()))
		t.Live = err == nil && width > 0 // without a width nothing can be drawn
	}
	if t.Stdout {
		// A terminal that does not tell its size is as good as one without a size.
		t.Columns, _, _ = term.GetSize(int(os.Stdout.Fd()))
	}
	return t
}

func osSignals(interrupts chan<- os.Signal) (stop func()) {
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM)
	return func() { signal.Stop(interrupts) }
}

// errInterrupted is the cause of the end of a command's context after the first interrupt.
var errInterrupted = errors.New("interrupted")

// interruptible returns the context of a command and a channel that is closed when the program has to leave at once.
//
// The first interrupt (Ctrl-C or SIGTERM) ends the context with the cause errInterrupted: reads and waits come back, and
// the command reports what it has. A command that has to undo something first makes those calls with
// [context.WithoutCancel] and a bound of its own. The second interrupt closes leave, and [Main] returns without waiting: a
// Ctrl-C at any time, a SIGTERM only a while after the first signal. What ends a program, such as timeout(1), signals the
// process and then its group, so that one wish arrives twice
// (https://www.gnu.org/software/coreutils/manual/html_node/timeout-invocation.html, --foreground).
func (env *Env) interruptible(parent context.Context) (ctx context.Context, leave <-chan struct{}, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	second := make(chan struct{})
	if env.Signals == nil {
		return ctx, second, func() { cancel(nil) }
	}
	signals := make(chan os.Signal, 2)
	unsubscribe := env.Signals(signals)
	ended := make(chan struct{})
	go func() {
		select {
		case <-signals:
			cancel(errInterrupted)
		case <-ended:
			return
		}
		if secondInterrupt(signals, ended) {
			close(second)
		}
	}()
	return ctx, second, func() { unsubscribe(); close(ended); cancel(nil) }
}

// sameWish is how long after the first signal a SIGTERM is taken for the same one.
const sameWish = time.Second

// secondInterrupt waits for a signal that means to leave at once, and reports false where the command ended before.
func secondInterrupt(signals <-chan os.Signal, ended <-chan struct{}) bool {
	first := time.Now()
	for {
		select {
		case s := <-signals:
			if s == os.Interrupt || time.Since(first) >= sameWish {
				return true
			}
		case <-ended:
			return false
		}
	}
}

// interrupted reports whether ctx ended because a person interrupted the command.
func interrupted(ctx context.Context) bool {
	return errors.Is(context.Cause(ctx), errInterrupted)
}

// Scope returns the account and region of this invocation, with muster's retry rules, user agent and count of calls in
// its Config. All commands build their clients from it. It is made on the first call; not safe for concurrent use.
func (env *Env) Scope(ctx context.Context) (*account.Scope, error) {
	if env.scope != nil {
		return env.scope, nil
	}
	cfg, err := env.AWS(ctx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(checkRegion(cfg.Region), checkEndpoint(cfg)); err != nil {
		return nil, err
	}
	if env.explaining != nil {
		cfg.APIOptions = append(slices.Clone(cfg.APIOptions), onlyReads)
	}
	scope, err := account.New(cfg, account.Settings{Version: version().Version})
	if err != nil {
		return nil, err
	}
	env.scope = scope
	return scope, nil
}

// checkRegion finds what cannot be a region and would become part of a host's name. No region is not its business.
func checkRegion(region string) error {
	if region == "" || regexp.MustCompile(`^[a-z][a-z0-9-]*[a-z0-9]$`).MatchString(region) {
		return nil
	}
	return usageError(fmt.Errorf("region %q is no name of a region", region), "a region is named like eu-west-1")
}

// checkEndpoint finds an address that no call could reach, before the SDK tries it again and again.
func checkEndpoint(cfg aws.Config) error {
	if cfg.BaseEndpoint == nil {
		return nil
	}
	target, err := url.Parse(*cfg.BaseEndpoint)
	if err != nil || target.Host == "" || (target.Scheme != "http" && target.Scheme != "https") {
		return usageErrorf("endpoint %q is not http://HOST:PORT or https://HOST:PORT", *cfg.BaseEndpoint)
	}
	return nil
}

// loadAWS is the usual [Env.AWS]. The one place that opens the embedded mock, which close closes at the end of [Main].
func (env *Env) loadAWS(ctx context.Context) (aws.Config, error) {
	if env.flags.mock {
		cfg, closeMock, err := openEmbeddedMock(ctx, env)
		if err != nil {
			return aws.Config{}, err
		}
		env.closers = append(env.closers, closeMock)
		return cfg, nil
	}
	options := []func(*config.LoadOptions) error{config.WithLogger(logging.LoggerFunc(env.logSDK))}
	if env.flags.profile != "" {
		options = append(options, config.WithSharedConfigProfile(env.flags.profile))
	}
	if env.flags.region != "" {
		options = append(options, config.WithRegion(env.flags.region))
	}
	if env.flags.endpointURL != "" {
		options = append(options, config.WithBaseEndpoint(env.flags.endpointURL))
	}
	return config.LoadDefaultConfig(ctx, options...)
}

// logSDK makes the SDK's own warnings debug lines: they tell of detours that ended well, or the error tells it again.
func (env *Env) logSDK(level logging.Classification, format string, v ...any) {
	env.Logger.Debug("aws sdk", "level", string(level), "text", fmt.Sprintf(format, v...))
}

// close ends what the invocation opened, last in first out, and joins the errors.
func (env *Env) close() error {
	var errs []error
	for i := len(env.closers) - 1; i >= 0; i-- {
		errs = append(errs, env.closers[i]())
	}
	env.closers = nil
	return errors.Join(errs...)
}

// mockFromEnvironment reads MUSTER_MOCK. A value that is neither yes nor no is an error rather than a no: who sets it
// does not mean the real account.
func (env *Env) mockFromEnvironment() (bool, error) {
	value := env.Getenv("MUSTER_MOCK")
	if value == "" {
		return false, nil
	}
	on, err := strconv.ParseBool(value)
	if err != nil {
		return false, usageErrorf("MUSTER_MOCK is %q; 1 turns the embedded mock on, 0 off", value)
	}
	return on, nil
}
