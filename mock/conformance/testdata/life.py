"""The main job through boto3: launch from a template, run a command, stop, start, terminate, and errors."""
from conform import client, fails, report, same

ec2 = client("ec2")
ssm = client("ssm")
sts = client("sts")

same(sts.get_caller_identity()["Account"], "123456789012", "account")
own = client("sts", aws_access_key_id="210987654321", aws_secret_access_key="secret")
same(own.get_caller_identity()["Account"], "210987654321", "account of a numeric key")

subnets = ec2.describe_subnets()["Subnets"]
same(sorted(s["AvailabilityZone"] for s in subnets), ["us-east-1" + z for z in "abcdef"], "zones of the subnets")
same(ec2.describe_vpcs()["Vpcs"][0]["IsDefault"], True, "default VPC")
types = ec2.describe_instance_types(InstanceTypes=["m7g.large", "t3.micro"])["InstanceTypes"]
same({t["InstanceType"]: t["MemoryInfo"]["SizeInMiB"] for t in types}, {"m7g.large": 8192, "t3.micro": 1024}, "memory")

images = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "architecture", "Values": ["arm64"]}])["Images"]
image = [i for i in images if "minimal" not in i["Name"]][-1]
template = ec2.create_launch_template(
    LaunchTemplateName="arm",
    LaunchTemplateData={
        "ImageId": image["ImageId"],
        "InstanceType": "m7g.medium",
        "TagSpecifications": [{"ResourceType": "instance", "Tags": [{"Key": "env", "Value": "dev"}, {"Key": "role", "Value": "db"}]}],
    },
)["LaunchTemplate"]
same(template["LatestVersionNumber"], 1, "latest version")
versions = ec2.describe_launch_template_versions(LaunchTemplateName="arm", Versions=["$Latest"])["LaunchTemplateVersions"]
same(versions[0]["LaunchTemplateData"]["InstanceType"], "m7g.medium", "template's type")

ran = ec2.run_instances(
    LaunchTemplate={"LaunchTemplateId": template["LaunchTemplateId"]},
    MinCount=12,
    MaxCount=12,
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "cache"}, {"Key": "note", "Value": "ä <&> \"'"}]}],
)
ids = [i["InstanceId"] for i in ran["Instances"]]
same(len(set(ids)), 12, "instances")
same(ran["Instances"][0]["State"], {"Code": 0, "Name": "pending"}, "first state")
ec2.get_waiter("instance_running").wait(InstanceIds=ids)
ec2.get_waiter("instance_status_ok").wait(InstanceIds=ids)

found = []
pages = ec2.get_paginator("describe_instances").paginate(Filters=[{"Name": "tag:role", "Values": ["c*"]}], PaginationConfig={"PageSize": 5})
count = 0
for page in pages:
    count += 1
    found += [i for r in page["Reservations"] for i in r["Instances"]]
same((count, sorted(i["InstanceId"] for i in found)), (3, sorted(ids)), "pages by tag")
tags = {t["Key"]: t["Value"] for t in found[0]["Tags"]}
same(tags["env"], "dev", "tag of the template")
same(tags["role"], "cache", "tag of the call over the template's")
same(tags["note"], "ä <&> \"'", "a tag with markup")
same(tags["aws:ec2launchtemplate:version"], "1", "system tag")
same(found[0]["Architecture"], "arm64", "architecture")

nodes = [n for p in ssm.get_paginator("describe_instance_information").paginate(PaginationConfig={"PageSize": 5}) for n in p["InstanceInformationList"]]
same(sorted(n["InstanceId"] for n in nodes), sorted(ids), "managed nodes")
same({n["PingStatus"] for n in nodes}, {"Online"}, "ping")

command = ssm.send_command(
    DocumentName="AWS-RunShellScript",
    InstanceIds=ids,
    Parameters={"commands": ["uname -m", "echo $((6 * 7)) | cat"]},
    MaxConcurrency="25%",
    MaxErrors="1",
    TimeoutSeconds=60,
)["Command"]
same(command["MaxConcurrency"], "25%", "concurrency as given")
ssm.get_waiter("command_executed").wait(CommandId=command["CommandId"], InstanceId=ids[-1])
listed = ssm.list_command_invocations(CommandId=command["CommandId"], Details=True)["CommandInvocations"]
same({i["CommandPlugins"][0]["Output"] for i in listed}, {"aarch64\n42\n"}, "output")
same({i["Status"] for i in listed}, {"Success"}, "status")
one = ssm.get_command_invocation(CommandId=command["CommandId"], InstanceId=ids[0], PluginName="aws:runShellScript")
same((one["StandardOutputContent"], one["ResponseCode"]), ("aarch64\n42\n", 0), "invocation")
done = ssm.list_commands(CommandId=command["CommandId"])["Commands"][0]
same((done["Status"], done["TargetCount"], done["CompletedCount"], done["ErrorCount"]), ("Success", 12, 12, 0), "counters")

stopped = ec2.stop_instances(InstanceIds=ids[:2])["StoppingInstances"]
same(stopped[0]["PreviousState"]["Name"], "running", "previous state")
ec2.get_waiter("instance_stopped").wait(InstanceIds=ids[:2])
why = ec2.describe_instances(InstanceIds=ids[:1])["Reservations"][0]["Instances"][0]
same(why["StateReason"]["Code"], "Client.UserInitiatedShutdown", "reason")
same(why["StateTransitionReason"].startswith("User initiated ("), True, "transition reason")
same([s["InstanceState"]["Name"] for s in ec2.describe_instance_status(InstanceIds=ids[:1], IncludeAllInstances=True)["InstanceStatuses"]], ["stopped"], "status of all")
ec2.start_instances(InstanceIds=ids[:2])
ec2.get_waiter("instance_running").wait(InstanceIds=ids[:2])
ec2.reboot_instances(InstanceIds=ids[:2])
ec2.create_tags(Resources=ids[:3], Tags=[{"Key": "keep", "Value": "no"}])
ec2.delete_tags(Resources=ids[:1], Tags=[{"Key": "keep"}])
same(len(ec2.describe_tags(Filters=[{"Name": "key", "Values": ["keep"]}])["Tags"]), 2, "tags")

fails("InvalidInstanceID.NotFound", ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"])
missing = fails("InvalidInstanceID.NotFound", ec2.stop_instances, InstanceIds=[ids[0], "i-0123456789abcdef0", "i-0123456789abcdef1"])
same(missing["Error"]["Message"], "The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist", "message for two")
fails("InvalidInstanceID.Malformed", ec2.stop_instances, InstanceIds=["web-1"])
fails("InvalidParameterCombination", ec2.describe_instances, InstanceIds=ids, MaxResults=5)
fails("InvalidParameterValue", ec2.describe_instances, MaxResults=4)
dry = fails("DryRunOperation", ec2.terminate_instances, InstanceIds=ids, DryRun=True)
same(dry["ResponseMetadata"]["HTTPStatusCode"], 412, "status of a dry run")
fails("InvalidLaunchTemplateName.AlreadyExistsException", ec2.create_launch_template, LaunchTemplateName="arm", LaunchTemplateData={"ImageId": image["ImageId"]})
fails("InvalidParameterValue", ec2.run_instances, ImageId=image["ImageId"], InstanceType="t3.micro", MinCount=1, MaxCount=1)
fails("InvalidAMIID.NotFound", ec2.run_instances, ImageId="ami-0123456789abcdef0", InstanceType="t3.micro", MinCount=1, MaxCount=1)
fails("InvalidInstanceId", ssm.send_command, DocumentName="AWS-RunShellScript", InstanceIds=["i-0123456789abcdef0"], Parameters={"commands": ["id"]})
fails("DuplicateInstanceId", ssm.send_command, DocumentName="AWS-RunShellScript", InstanceIds=[ids[0], ids[0]], Parameters={"commands": ["id"]})
fails("InvalidParameters", ssm.send_command, DocumentName="AWS-RunShellScript", InstanceIds=ids[:1], Parameters={"commands": ["id"], "executionTimeout": ["0"]})
fails("InvocationDoesNotExist", ssm.get_command_invocation, CommandId="6a0fa9f0-0a30-4ba2-b1d5-b5a1f4d9b1f3", InstanceId=ids[0])
fails("InvalidCommandId", ssm.cancel_command, CommandId="6a0fa9f0-0a30-4ba2-b1d5-b5a1f4d9b1f3")
many = fails("ValidationException", ssm.send_command, DocumentName="AWS-RunShellScript", InstanceIds=["i-%017x" % n for n in range(51)], Parameters={"commands": ["id"]})
same("less than or equal to 50" in many["Error"]["Message"], True, "the limit is named")

ec2.terminate_instances(InstanceIds=ids)
ec2.get_waiter("instance_terminated").wait(InstanceIds=ids)
same(ssm.describe_instance_information()["InstanceInformationList"], [], "nodes after the end")
fails("IncorrectInstanceState", ec2.start_instances, InstanceIds=ids[:1])

report()
