"""Volumes, snapshots and images through boto3, with botocore's own waiters."""
from conform import client, fails, report, same

ec2 = client("ec2")
other = client("ec2", aws_access_key_id="210987654321", aws_secret_access_key="secret")

image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023.*"]}, {"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
ran = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=1, MaxCount=1, Placement={"AvailabilityZone": "us-east-1a"})["Instances"][0]
id = ran["InstanceId"]
ec2.get_waiter("instance_running").wait(InstanceIds=[id])
roots = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [id]}])["Volumes"]
same([(v["State"], v["Attachments"][0]["DeleteOnTermination"]) for v in roots], [("in-use", True)], "root volume")

disk = ec2.create_volume(AvailabilityZone="us-east-1a", Size=10, VolumeType="gp3", TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": "Name", "Value": "data"}]}])["VolumeId"]
ec2.get_waiter("volume_available").wait(VolumeIds=[disk])
far = ec2.create_volume(AvailabilityZone="us-east-1b", Size=1)["VolumeId"]
ec2.get_waiter("volume_available").wait(VolumeIds=[far])
fails("InvalidVolume.ZoneMismatch", ec2.attach_volume, VolumeId=far, InstanceId=id, Device="/dev/sdf")
same(ec2.attach_volume(VolumeId=disk, InstanceId=id, Device="/dev/sdf")["Device"], "/dev/sdf", "attached")
ec2.get_waiter("volume_in_use").wait(VolumeIds=[disk])
fails("VolumeInUse", ec2.attach_volume, VolumeId=disk, InstanceId=id, Device="/dev/sdg")
fails("VolumeInUse", ec2.delete_volume, VolumeId=disk)
larger = ec2.modify_volume(VolumeId=disk, Size=20)["VolumeModification"]
same((larger["OriginalSize"], larger["TargetSize"]), (10, 20), "modification")
fails("InvalidParameterValue", ec2.modify_volume, VolumeId=far, Size=70000)
same(len(ec2.describe_volumes_modifications(VolumeIds=[disk])["VolumesModifications"]), 1, "modifications")
devices = ec2.describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]["BlockDeviceMappings"]
same(sorted(d["DeviceName"] for d in devices), ["/dev/sdf", "/dev/xvda"], "devices")
ec2.detach_volume(VolumeId=disk)
ec2.get_waiter("volume_available").wait(VolumeIds=[disk])

snapshot = ec2.create_snapshot(VolumeId=disk, Description="before")["SnapshotId"]
ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[snapshot])
found = ec2.describe_snapshots(OwnerIds=["self"], Filters=[{"Name": "volume-id", "Values": [disk]}])["Snapshots"][0]
same((found["SnapshotId"], found["State"], found["Progress"], found["VolumeSize"] in (10, 20)), (snapshot, "completed", "100%", True), "snapshot")
copy = ec2.copy_snapshot(SourceRegion="us-east-1", SourceSnapshotId=snapshot)["SnapshotId"]
ec2.get_waiter("snapshot_completed").wait(SnapshotIds=[copy])
ec2.delete_volume(VolumeId=disk)
ec2.get_waiter("volume_deleted").wait(VolumeIds=[disk])
fails("InvalidVolume.NotFound", ec2.describe_volumes, VolumeIds=["vol-0123456789abcdef0"])
fails("InvalidSnapshot.NotFound", ec2.delete_snapshot, SnapshotId="snap-0123456789abcdef0")

golden = ec2.create_image(InstanceId=id, Name="golden", NoReboot=True)["ImageId"]
ec2.get_waiter("image_available").wait(ImageIds=[golden])
fails("InvalidAMIName.Duplicate", ec2.create_image, InstanceId=id, Name="golden", NoReboot=True)
mine = ec2.describe_images(Owners=["self"])["Images"]
same([(i["Name"], i["State"], i["Public"]) for i in mine], [("golden", "available", False)], "own images")
backed = mine[0]["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"]
fails("InvalidSnapshot.InUse", ec2.delete_snapshot, SnapshotId=backed)
fails("InvalidAMIID.NotFound", other.describe_images, ImageIds=[golden])
ec2.modify_image_attribute(ImageId=golden, LaunchPermission={"Add": [{"UserId": "210987654321"}]})
same([i["ImageId"] for i in other.describe_images(ImageIds=[golden])["Images"]], [golden], "shared")
same(ec2.describe_image_attribute(ImageId=golden, Attribute="launchPermission")["LaunchPermissions"], [{"UserId": "210987654321"}], "permissions")
same(other.run_instances(ImageId=golden, InstanceType="t3.micro", MinCount=1, MaxCount=1)["Instances"][0]["ImageId"], golden, "launched by the other account")
fails("AuthFailure", other.deregister_image, ImageId=golden)
again = ec2.copy_image(SourceImageId=golden, SourceRegion="us-east-1", Name="copy")["ImageId"]
ec2.get_waiter("image_available").wait(ImageIds=[again])
ec2.deregister_image(ImageId=golden)
fails("InvalidAMIID.NotFound", ec2.run_instances, ImageId=golden, InstanceType="t3.micro", MinCount=1, MaxCount=1)
same(len(ec2.describe_images(Owners=["099720109477"], Filters=[{"Name": "name", "Values": ["ubuntu/images/*24.04-amd64*"]}])["Images"]) > 0, True, "Canonical's images")

report()
