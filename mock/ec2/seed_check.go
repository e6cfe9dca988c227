package ec2

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// checkSeedTags refuses tags that EC2 would not take, and a tag Name beside the name of
// a group, which would hide it.
func checkSeedTags(name string, tags map[string]string) error {
	if _, both := tags["Name"]; both && name != "" {
		return errors.New(`"name" and the tag "Name" are both given: one of them is enough`)
	}
	list := make([]types.Tag, 0, len(tags)+1)
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		if key == "" {
			return errors.New(`a tag has an empty key: write {"KEY": "VALUE"}`)
		}
		if _, err := readTags([]types.Tag{{Key: new(key), Value: new(tags[key])}}); err != nil {
			return fmt.Errorf("tag %q: %s", key, textOf(err))
		}
		list = append(list, types.Tag{Key: new(key)})
	}
	if name != "" {
		list = append(list, types.Tag{Key: new("Name"), Value: new(name)})
	}
	if _, err := readTags(list); err != nil {
		return fmt.Errorf("tags: %s", textOf(err))
	}
	return nil
}

// checkSeedTemplate refuses a template that EC2 would not take.
func checkSeedTemplate(t FleetTemplate) error {
	if !templateName.MatchString(t.Name) {
		return fmt.Errorf("name %q: a launch template's has 3 to 128 letters, digits, or ( ) . - / _", t.Name)
	}
	if _, err := typeNamed(orMicro(t.Type)); err != nil {
		return err
	}
	return checkSeedTags("", t.Tags)
}

// textOf is an AWS error's text for people, without its code.
func textOf(err error) string {
	if e, ok := errors.AsType[*wire.Error](err); ok && e.Message != "" {
		return e.Message
	}
	return err.Error()
}

// checkSeedFiles refuses paths at which a machine would not have the file that is meant.
func checkSeedFiles(files map[string]string) error {
	for _, file := range slices.Sorted(maps.Keys(files)) {
		clean := path.Clean("/" + file)
		switch {
		case strings.ContainsRune(file, 0):
			return fmt.Errorf("file %q: a path has no zero byte", file)
		case clean == "/":
			return fmt.Errorf("file %q: not the path of a file; write one like /etc/app.conf", file)
		case file != clean:
			return fmt.Errorf("file %q: the path has to be absolute and plain; write %s", file, clean)
		}
		for dir := path.Dir(clean); dir != "/"; dir = path.Dir(dir) {
			if _, is := files[dir]; is {
				return fmt.Errorf("file %q: %s is a file, too, so it cannot be a directory", file, dir)
			}
		}
	}
	return nil
}
