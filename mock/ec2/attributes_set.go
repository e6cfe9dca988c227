package ec2

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/musterhq/muster/mock/wire"
)

// What the attributes of an instance can be set to. Each function checks a value and
// returns what sets it.

// flagValue reads the value of an attribute that is on or off.
func flagValue(e edit) (bool, error) {
	on, err := strconv.ParseBool(e.value)
	if err != nil {
		return false, badAttribute(e)
	}
	return on, nil
}

// badAttribute refuses a value. assumed: the text; the code is the one that
// API_ModifyInstanceAttribute.html names for an instance type.
func badAttribute(e edit) error {
	return wire.Errorf("InvalidInstanceAttributeValue", "Invalid value '%s' for %s.", e.value, e.name)
}

// flagSetter makes the setter of a plain flag.
func flagSetter(of func(*instance) *bool) func(*region, *instance, edit) (func(), error) {
	return func(_ *region, i *instance, e edit) (func(), error) {
		on, err := flagValue(e)
		return func() { *of(i) = on }, err
	}
}

// setNoTerminate refuses Spot Instances: they cannot be protected.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html
func setNoTerminate(_ *region, i *instance, e edit) (func(), error) {
	on, err := flagValue(e)
	if on && i.Spot.RequestID != "" { // assumed: code and text
		return nil, wire.Errorf("UnsupportedOperation", "The attribute disableApiTermination cannot be set for the Spot Instance '%s'.", i.ID)
	}
	return func() { i.NoTerminate = on }, err
}

func setSourceDestCheck(_ *region, i *instance, e edit) (func(), error) {
	on, err := flagValue(e)
	if len(i.NICs) > 1 { // assumed: the text; for several interfaces each has a check of its own
		return nil, wire.Errorf("InvalidInstanceID", "There are multiple interfaces attached to instance '%s'. Please specify an interface ID for the operation instead.", i.ID)
	}
	return func() { i.NICs[0].NoCheck = !on }, err
}

// onShutdown is what a shutdown from inside does.
func (i *instance) onShutdown() types.ShutdownBehavior {
	return cmp.Or(i.OnShutdown, types.ShutdownBehaviorStop)
}

func setOnShutdown(_ *region, i *instance, e edit) (func(), error) {
	behaviour := types.ShutdownBehavior(e.value)
	if !slices.Contains(behaviour.Values(), behaviour) {
		return nil, badAttribute(e)
	}
	return func() { i.OnShutdown = behaviour }, nil
}

// setUserData takes what the instance shows from now on; it is not run again at the next
// start. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html#user-data-modify
func setUserData(_ *region, i *instance, e edit) (func(), error) {
	data, err := base64.StdEncoding.DecodeString(e.value)
	switch {
	case err != nil: // text: github.com/test-kitchen/kitchen-ec2 issue 121
		return nil, wire.Errorf("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data.")
	case len(data) > 16384: // API_ModifyInstanceAttribute.html, and instancedata-add-user-data.html for the limit
		return nil, wire.Errorf("InvalidUserData.Malformed", "User data is limited to %d bytes.", 16384)
	}
	return func() { i.UserData = data }, nil
}

// setType changes the type to one that the instance can run on.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resize-limitations.html
func setType(r *region, i *instance, e edit) (func(), error) {
	f, err := typeNamed(e.value)
	if err != nil {
		return nil, badAttribute(e)
	}
	arch := i.Arch
	switch {
	case string(f.arch) != string(arch): // text: dev.classmethod.jp, "ec2-instance-type-compatibility"
		return nil, wire.Errorf("InvalidInstanceAttributeValue", "'%s' is not a valid instance type for instance '%s' of architecture '%s'.", f.name, i.ID, arch)
	case i.Hibernates && !f.hibernation: // assumed: code and text; the pages say that hibernation needs a supported type
		return nil, wire.Errorf("UnsupportedHibernationConfiguration", "The instance type '%s' does not support hibernation, for which the instance '%s' is configured.", f.name, i.ID)
	case len(i.NICs) > int(f.maxInterfaces): // assumed: the text; the code is in EC2's list
		return nil, wire.Errorf("AttachmentLimitExceeded", "Interface count %d exceeds the limit for %s", len(i.NICs), f.name)
	}
	// assumed: what hibernated boots anew on another type; the pages allow the change.
	return func() { i.Type, i.Cores, i.Threads, i.Hibernated = f.name, 0, 0, false }, nil
}

// setGroups replaces the security groups of an instance's only interface.
func setGroups(r *region, i *instance, e edit) (func(), error) {
	if len(i.NICs) > 1 { // API_ModifyInstanceAttribute.html says that it can fail. assumed: the text
		return nil, wire.Errorf("InvalidInstanceID", "There are multiple interfaces attached to instance '%s'. Please specify an interface ID for the operation instead.", i.ID)
	}
	if len(e.groups) == 0 {
		return nil, badAttribute(e)
	}
	groups, err := r.groupsFor(e.groups, nil, r.vpcOf(i.SubnetID))
	if err != nil {
		return nil, err
	}
	return func() { i.NICs[0].Groups = groups }, nil
}

// setDisks says which of the attached volumes a termination deletes.
func setDisks(_ *region, i *instance, e edit) (func(), error) {
	keep := map[int]bool{} // by the disk's place
	if len(e.disks) == 0 {
		return nil, badAttribute(e)
	}
	for _, m := range e.disks {
		at := slices.IndexFunc(i.Disks, func(d *disk) bool { return d.Device == deref(m.DeviceName) })
		switch {
		case m.NoDevice != nil || m.VirtualName != nil:
			return nil, wire.Errorf("UnknownParameter", "muster's mock changes only DeleteOnTermination of a block device mapping")
		case at < 0: // assumed: code and text
			return nil, wire.Errorf("InvalidInstanceAttributeValue", "No device is currently mapped at %s", deref(m.DeviceName))
		}
		// Without a value the default is true: API_ModifyInstanceAttribute.html.
		keep[at] = m.Ebs != nil && m.Ebs.DeleteOnTermination != nil && !*m.Ebs.DeleteOnTermination
	}
	return func() {
		for at, kept := range keep {
			i.Disks[at].Keep = kept
		}
	}, nil
}
