"""Patch Manager through boto3: baselines, patch groups, scan and install, and what they report."""
from conform import advance, client, fails, report, same

ec2 = client("ec2")
ssm = client("ssm")

image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023.*"]}, {"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
ran = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=3, MaxCount=3, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "Patch Group", "Value": "web"}]}])
ids = sorted(i["InstanceId"] for i in ran["Instances"])
ec2.get_waiter("instance_running").wait(InstanceIds=ids)

own = [b for p in ssm.get_paginator("describe_patch_baselines").paginate(Filters=[{"Key": "OWNER", "Values": ["AWS"]}]) for b in p["BaselineIdentities"]]
same("AWS-AmazonLinux2023DefaultPatchBaseline" in [b["BaselineName"] for b in own], True, "AWS's baselines")
default = ssm.get_default_patch_baseline(OperatingSystem="AMAZON_LINUX_2023")["BaselineId"]
same(ssm.get_patch_baseline(BaselineId=default)["Name"], "AWS-AmazonLinux2023DefaultPatchBaseline", "the default")
everything = ssm.create_patch_baseline(
    Name="everything",
    OperatingSystem="AMAZON_LINUX_2023",
    ApprovalRules={"PatchRules": [{"PatchFilterGroup": {"PatchFilters": [{"Key": "PRODUCT", "Values": ["*"]}]}, "ApproveAfterDays": 0, "EnableNonSecurity": True}]},
)["BaselineId"]
ssm.register_patch_baseline_for_patch_group(BaselineId=everything, PatchGroup="web")
same(ssm.get_patch_baseline_for_patch_group(PatchGroup="web", OperatingSystem="AMAZON_LINUX_2023")["BaselineId"], everything, "the group's baseline")
same([g["PatchGroup"] for g in ssm.describe_patch_groups()["Mappings"]], ["web"], "groups")
fails("DoesNotExistException", ssm.get_patch_baseline, BaselineId="pb-0123456789abcdef0")
fails("ResourceInUseException", ssm.delete_patch_baseline, BaselineId=everything)


def run(operation, **more):
    parameters = {"Operation": [operation], **{k: [v] for k, v in more.items()}}
    sent = ssm.send_command(DocumentName="AWS-RunPatchBaseline", InstanceIds=ids, Parameters=parameters, MaxErrors="100%")["Command"]
    for _ in range(6):
        advance(600)
    for id in ids:
        ssm.get_waiter("command_executed").wait(CommandId=sent["CommandId"], InstanceId=id, PluginName="PatchLinux")


same(ssm.describe_instance_patch_states(InstanceIds=ids)["InstancePatchStates"], [], "before the first scan")
run("Scan")
states = ssm.describe_instance_patch_states(InstanceIds=ids)["InstancePatchStates"]
same({(s["Operation"], s["BaselineId"], s["PatchGroup"]) for s in states}, {("Scan", everything, "web")}, "states after the scan")
missing = sum(s["MissingCount"] for s in states)
same(missing > 0, True, "something is missing")
first = states[0]["InstanceId"]
listed = [p for page in ssm.get_paginator("describe_instance_patches").paginate(InstanceId=first, Filters=[{"Key": "State", "Values": ["Missing"]}]) for p in page["Patches"]]
same(len(listed), states[0]["MissingCount"], "patches that are missing")
items = [i for page in ssm.get_paginator("list_compliance_items").paginate(ResourceIds=[first], ResourceTypes=["ManagedInstance"], Filters=[{"Key": "ComplianceType", "Values": ["Patch"]}, {"Key": "Status", "Values": ["NON_COMPLIANT"]}]) for i in page["ComplianceItems"]]
same(len(items), states[0]["MissingCount"], "compliance items")
summary = ssm.list_resource_compliance_summaries(Filters=[{"Key": "ComplianceType", "Values": ["Patch"]}])["ResourceComplianceSummaryItems"]
same({s["Status"] for s in summary}, {"NON_COMPLIANT"}, "summaries")

run("Install", RebootOption="RebootIfNeeded")
states = ssm.describe_instance_patch_states(InstanceIds=ids)["InstancePatchStates"]
same({s["Operation"] for s in states}, {"Install"}, "operation")
same(sum(s["MissingCount"] for s in states), 0, "nothing is missing")
group = ssm.describe_instance_patch_states_for_patch_group(PatchGroup="web")["InstancePatchStates"]
same(sorted(s["InstanceId"] for s in group), ids, "the group's states")
counts = ssm.describe_patch_group_state(PatchGroup="web")
same(counts["Instances"], 3, "the group in figures")
fails("InvalidParameters", ssm.send_command, DocumentName="AWS-RunPatchBaseline", InstanceIds=ids, Parameters={"Operation": ["Repair"]})

ssm.put_inventory(InstanceId=first, Items=[{"TypeName": "Custom:Rack", "SchemaVersion": "1.0", "CaptureTime": "2026-01-02T03:04:05Z", "Content": [{"Number": "7"}]}])
same(ssm.list_inventory_entries(InstanceId=first, TypeName="Custom:Rack")["Entries"], [{"Number": "7"}], "custom inventory")
same(ssm.list_inventory_entries(InstanceId=first, TypeName="AWS:InstanceInformation")["Entries"][0]["PlatformName"], "Amazon Linux", "the agent's inventory")
same(len(ssm.get_inventory(Filters=[{"Key": "AWS:InstanceInformation.InstanceId", "Values": [first]}])["Entities"]), 1, "inventory of one")
fails("InvalidTypeNameException", ssm.put_inventory, InstanceId=first, Items=[{"TypeName": "AWS:Nothing", "SchemaVersion": "1.0", "CaptureTime": "2026-01-02T03:04:05Z", "Content": []}])
ami = ssm.get_parameter(Name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")["Parameter"]["Value"]
same(ec2.describe_images(ImageIds=[ami])["Images"][0]["Architecture"], "x86_64", "a public parameter names an image")
fails("ParameterNotFound", ssm.get_parameter, Name="/aws/service/nothing")

report()
