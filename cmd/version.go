package cmd

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersionCommand(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of muster",
		Long: `Prints the version that the Go toolchain recorded when it built this program. Changes nothing, calls nothing.

EXIT STATUS
` + exitHelp(ExitDone, ExitUsage),
		Example: "  muster version\n  muster version --output json",
		Args:    args(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runVersion(env) },
	}
}

// versionInfo is what `muster version --output json` prints.
type versionInfo struct {
	Version  string `json:"version"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func runVersion(env *Env) error {
	v := version()
	t := newTable("VERSION", "GO", "PLATFORM")
	t.add(v.Version, v.Go, v.Platform)
	return env.print(output{value: v, rows: t, people: func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "muster %s (%s, %s)\n", v.Version, v.Go, v.Platform)
		return err
	}})
}

// version reads the build information: a tag or pseudo-version where the build recorded one, else "(devel)".
func version() versionInfo {
	v := versionInfo{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	return v
}
