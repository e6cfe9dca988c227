"""Operations on instances through boto3: attributes, protection, hibernation, resizing, spot, fleets, events, and their errors."""
import base64

from conform import advance, client, fails, report, same

ec2 = client("ec2")

image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023.*"]}, {"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]


def run(**more):
    made = ec2.run_instances(**{"ImageId": image, "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1, **more})["Instances"][0]["InstanceId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[made])
    return made


def describe(id):
    return ec2.describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]


id = run()
ec2.modify_instance_attribute(InstanceId=id, DisableApiTermination={"Value": True})
same(ec2.describe_instance_attribute(InstanceId=id, Attribute="disableApiTermination")["DisableApiTermination"]["Value"], True, "protected")
fails("OperationNotPermitted", ec2.terminate_instances, InstanceIds=[id])
ec2.modify_instance_attribute(InstanceId=id, Attribute="disableApiTermination", Value="false")
ec2.modify_instance_attribute(InstanceId=id, DisableApiStop={"Value": True})
fails("OperationNotPermitted", ec2.stop_instances, InstanceIds=[id])
ec2.modify_instance_attribute(InstanceId=id, DisableApiStop={"Value": False})
fails("IncorrectInstanceState", ec2.modify_instance_attribute, InstanceId=id, InstanceType={"Value": "t3.small"})
ec2.stop_instances(InstanceIds=[id], Force=True)
ec2.get_waiter("instance_stopped").wait(InstanceIds=[id])
ec2.modify_instance_attribute(InstanceId=id, InstanceType={"Value": "t3.small"})
fails("InvalidInstanceAttributeValue", ec2.modify_instance_attribute, InstanceId=id, InstanceType={"Value": "t3.enormous"})
ec2.start_instances(InstanceIds=[id])
ec2.get_waiter("instance_running").wait(InstanceIds=[id])
same(describe(id)["InstanceType"], "t3.small", "resized")
options = ec2.modify_instance_metadata_options(InstanceId=id, HttpTokens="required", HttpPutResponseHopLimit=2)["InstanceMetadataOptions"]
same((options["HttpTokens"], options["HttpPutResponseHopLimit"]), ("required", 2), "metadata options")
fails("InvalidParameterValue", ec2.modify_instance_metadata_options, InstanceId=id, HttpPutResponseHopLimit=65)
same(ec2.monitor_instances(InstanceIds=[id])["InstanceMonitorings"][0]["Monitoring"]["State"] in ("pending", "enabled"), True, "monitoring")
advance(300)
console = ec2.get_console_output(InstanceId=id, Latest=False)
# botocore decodes the output for its caller.
same("login:" in console["Output"], True, "console")
same(ec2.describe_instance_credit_specifications(InstanceIds=[id])["InstanceCreditSpecifications"][0]["CpuCredits"], "unlimited", "a t3's credits")
fails("UnsupportedHibernationConfiguration", ec2.stop_instances, InstanceIds=[id], Hibernate=True)

warm = run(HibernationOptions={"Configured": True}, BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True, "VolumeSize": 20}}])
advance(600)
ec2.stop_instances(InstanceIds=[warm], Hibernate=True)
ec2.get_waiter("instance_stopped").wait(InstanceIds=[warm])
same(describe(warm)["StateReason"]["Code"], "Client.UserInitiatedHibernate", "hibernated")

spot = run(InstanceMarketOptions={"MarketType": "spot", "SpotOptions": {"SpotInstanceType": "one-time"}})
wish = describe(spot)
same(wish["InstanceLifecycle"], "spot", "lifecycle")
asked = ec2.describe_spot_instance_requests(SpotInstanceRequestIds=[wish["SpotInstanceRequestId"]])["SpotInstanceRequests"][0]
same((asked["State"], asked["Status"]["Code"], asked["InstanceId"]), ("active", "fulfilled", spot), "spot request")
same(ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[wish["SpotInstanceRequestId"]])["CancelledSpotInstanceRequests"][0]["State"], "cancelled", "cancelled")
fails("InvalidSpotInstanceRequestID.NotFound", ec2.describe_spot_instance_requests, SpotInstanceRequestIds=["sir-abcd1234"])

ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"})
fleet = ec2.create_fleet(
    Type="instant",
    LaunchTemplateConfigs=[{"LaunchTemplateSpecification": {"LaunchTemplateName": "web", "Version": "$Default"}, "Overrides": [{"InstanceType": "t3.micro"}, {"InstanceType": "t3.small"}]}],
    TargetCapacitySpecification={"TotalTargetCapacity": 3, "DefaultTargetCapacityType": "on-demand"},
)
same((sum(len(i["InstanceIds"]) for i in fleet["Instances"]), fleet["Errors"]), (3, []), "instant fleet")
same(ec2.describe_fleets(FleetIds=[fleet["FleetId"]])["Fleets"][0]["Type"], "instant", "fleet")

ip = ec2.allocate_address(Domain="vpc")
link = ec2.associate_address(AllocationId=ip["AllocationId"], InstanceId=id)["AssociationId"]
same(describe(id)["PublicIpAddress"], ip["PublicIp"], "elastic address")
fails("InvalidIPAddress.InUse", ec2.release_address, AllocationId=ip["AllocationId"])
ec2.disassociate_address(AssociationId=link)
ec2.release_address(AllocationId=ip["AllocationId"])
fails("InvalidAllocationID.NotFound", ec2.describe_addresses, AllocationIds=[ip["AllocationId"]])
vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
ec2.get_waiter("vpc_available").wait(VpcIds=[vpc])
net = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24", AvailabilityZone="us-east-1b")["Subnet"]["SubnetId"]
fails("InvalidSubnet.Conflict", ec2.create_subnet, VpcId=vpc, CidrBlock="10.1.1.128/25")
fails("InvalidSubnet.Range", ec2.create_subnet, VpcId=vpc, CidrBlock="192.168.0.0/24")
inside = run(SubnetId=net)
same(describe(inside)["PrivateIpAddress"].startswith("10.1.1."), True, "address in an own subnet")
fails("DependencyViolation", ec2.delete_subnet, SubnetId=net)
nics = ec2.describe_network_interfaces(Filters=[{"Name": "attachment.instance-id", "Values": [inside]}])["NetworkInterfaces"]
same([(n["Status"], n["SubnetId"]) for n in nics], [("in-use", net)], "its interface")
profile = ec2.associate_iam_instance_profile(InstanceId=inside, IamInstanceProfile={"Name": "web"})["IamInstanceProfileAssociation"]
same(profile["InstanceId"], inside, "profile")
offered = ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["t3.micro"]}])["InstanceTypeOfferings"]
same(len(offered) >= 3, True, "offerings")
same("eu-central-1" in [r["RegionName"] for r in ec2.describe_regions()["Regions"]], True, "regions")
same(base64.b64decode(ec2.describe_instance_attribute(InstanceId=id, Attribute="userData").get("UserData", {}).get("Value", "")), b"", "no user data")

report()
