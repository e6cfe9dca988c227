// Command gen writes a service package's table of wire names, zz_names_gen.go, which mock/wire
// reads and writes the service's requests and answers by. It is run by "go generate ./mock/...",
// from a line in the service package:
//
//	//go:generate go run ../wire/internal/gen -sdk github.com/aws/aws-sdk-go-v2/service/ec2
//
// The list of operations is the one that the service package has, as the keys of its literal of
// type map[string]wire.Operation. The names are read from the source of the SDK's module, in the
// version that go.mod requires: what its serializers write and its deserializers look for. The
// table holds only the types that the operations reach.
//
// With -check nothing is written, and the command fails when the file is not what it would write.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -dir testdata/ec2 -sdk github.com/aws/aws-sdk-go-v2/service/ec2
//go:generate go run . -dir testdata/ssm -sdk github.com/aws/aws-sdk-go-v2/service/ssm
//go:generate go run . -dir testdata/sts -sdk github.com/aws/aws-sdk-go-v2/service/sts

// outputName is the file written into the service package.
const outputName = "zz_names_gen.go"

func main() {
	dir := flag.String("dir", ".", "directory of the service package")
	sdk := flag.String("sdk", "", "import path of the SDK's package for the service")
	check := flag.Bool("check", false, "write nothing; fail if "+outputName+" is out of date")
	flag.Parse()
	if err := run(*dir, *sdk, *check); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(dir, sdk string, check bool) error {
	if sdk == "" {
		return errors.New("-sdk is missing")
	}
	src, err := loadSDK(sdk)
	if err != nil {
		return err
	}
	want, err := generate(dir, src)
	if err != nil {
		return err
	}
	file := filepath.Join(dir, outputName)
	if !check {
		return os.WriteFile(file, want, 0o666)
	}
	have, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.Equal(have, want) {
		return fmt.Errorf("%s is out of date: go generate ./mock/... renews it", file)
	}
	return nil
}

// generate returns the file for the service package in dir.
func generate(dir string, src *sdkSource) ([]byte, error) {
	service, err := parseService(dir)
	if err != nil {
		return nil, err
	}
	requests, responses, err := src.names(service.operations)
	if err != nil {
		return nil, fmt.Errorf("names of %s: %w", src.path, err)
	}
	return render(service.name, src, requests, responses)
}
