"""Launch templates through boto3: versions, the merge under a launch's arguments, and what they refuse."""
import base64

from conform import client, fails, report, same

ec2 = client("ec2")

image = ec2.describe_images(
    Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023.*"]}, {"Name": "architecture", "Values": ["x86_64"]}]
)["Images"][0]["ImageId"]
key = ec2.create_key_pair(KeyName="ops", KeyType="ed25519")
same(key["KeyMaterial"].startswith("-----BEGIN OPENSSH PRIVATE KEY-----"), True, "key material")
vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
web = ec2.create_security_group(GroupName="web", Description="front", VpcId=vpc)["GroupId"]
db = ec2.create_security_group(GroupName="db", Description="back", VpcId=vpc)["GroupId"]
script = base64.b64encode(b"#!/bin/sh\necho first\n").decode()

made = ec2.create_launch_template(
    LaunchTemplateName="full",
    VersionDescription="first",
    ClientToken="once",
    LaunchTemplateData={
        "ImageId": image,
        "InstanceType": "t3.micro",
        "KeyName": "ops",
        "SecurityGroupIds": [web],
        "UserData": script,
        "Monitoring": {"Enabled": True},
        "EbsOptimized": True,
        "InstanceInitiatedShutdownBehavior": "terminate",
        "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 2, "InstanceMetadataTags": "enabled"},
        "BlockDeviceMappings": [{"DeviceName": "/dev/sdf", "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "DeleteOnTermination": True}}],
        "CreditSpecification": {"CpuCredits": "standard"},
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "web"}, {"Key": "env", "Value": "dev"}]},
            {"ResourceType": "volume", "Tags": [{"Key": "backup", "Value": "yes"}]},
        ],
    },
    TagSpecifications=[{"ResourceType": "launch-template", "Tags": [{"Key": "team", "Value": "ops"}]}],
)["LaunchTemplate"]
same(made["Tags"], [{"Key": "team", "Value": "ops"}], "the template's own tags")
fails("IdempotentParameterMismatch", ec2.create_launch_template, LaunchTemplateName="other", ClientToken="once", LaunchTemplateData={"ImageId": image})

data = ec2.describe_launch_template_versions(LaunchTemplateName="full", Versions=["1"])["LaunchTemplateVersions"][0]["LaunchTemplateData"]
same(data["UserData"], script, "user data")
same(data["MetadataOptions"]["HttpTokens"], "required", "tokens")
same(data["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"], 20, "volume")
same(data["SecurityGroupIds"], [web], "groups")

second = ec2.create_launch_template_version(
    LaunchTemplateName="full", SourceVersion="1", VersionDescription="larger", LaunchTemplateData={"InstanceType": "t3.small"}
)["LaunchTemplateVersion"]
same((second["VersionNumber"], second["DefaultVersion"]), (2, False), "second version")
same(second["LaunchTemplateData"]["UserData"], script, "inherited user data")
changed = ec2.modify_launch_template(LaunchTemplateName="full", DefaultVersion="2")["LaunchTemplate"]
same((changed["DefaultVersionNumber"], changed["LatestVersionNumber"]), (2, 2), "default")
third = ec2.create_launch_template_version(LaunchTemplateName="full", LaunchTemplateData={"ImageId": image})["LaunchTemplateVersion"]
same("UserData" in third["LaunchTemplateData"], False, "a version without a source inherits nothing")
gone = ec2.delete_launch_template_versions(LaunchTemplateName="full", Versions=["3", "9"])
same([v["VersionNumber"] for v in gone["SuccessfullyDeletedLaunchTemplateVersions"]], [3], "deleted")
same([v["ResponseError"]["Code"] for v in gone["UnsuccessfullyDeletedLaunchTemplateVersions"]], ["launchTemplateVersionDoesNotExist"], "not deleted")
numbers = [v["VersionNumber"] for p in ec2.get_paginator("describe_launch_template_versions").paginate(LaunchTemplateName="full", PaginationConfig={"PageSize": 1}) for v in p["LaunchTemplateVersions"]]
same(sorted(numbers), [1, 2], "versions, page by page")

ran = ec2.run_instances(
    LaunchTemplate={"LaunchTemplateName": "full", "Version": "$Default"},
    MinCount=1,
    MaxCount=1,
    SecurityGroupIds=[db],
    MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
    TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "env", "Value": "prod"}]}],
)["Instances"][0]
id = ran["InstanceId"]
ec2.get_waiter("instance_running").wait(InstanceIds=[id])
instance = ec2.describe_instances(InstanceIds=[id])["Reservations"][0]["Instances"][0]
same(instance["InstanceType"], "t3.small", "type of version 2")
same(instance["KeyName"], "ops", "key")
same([g["GroupId"] for g in instance["SecurityGroups"]], [db], "the launch's groups win")
same(instance["MetadataOptions"]["HttpPutResponseHopLimit"], 1, "the launch's hop limit wins")
same(instance["Monitoring"]["State"], "enabled", "monitoring")
same(sorted(m["DeviceName"] for m in instance["BlockDeviceMappings"]), ["/dev/sdf", "/dev/xvda"], "devices: the image's and the template's")
tags = {t["Key"]: t["Value"] for t in instance["Tags"] if not t["Key"].startswith("aws:")}
same(tags, {"role": "web", "env": "prod"}, "tags, merged")
same(ec2.describe_instance_attribute(InstanceId=id, Attribute="userData")["UserData"]["Value"], script, "user data of the instance")
same(ec2.describe_instance_attribute(InstanceId=id, Attribute="instanceInitiatedShutdownBehavior")["InstanceInitiatedShutdownBehavior"]["Value"], "terminate", "shutdown")
copied = ec2.get_launch_template_data(InstanceId=id)["LaunchTemplateData"]
same((copied["ImageId"], copied["InstanceType"], copied["KeyName"]), (image, "t3.small", "ops"), "data of the instance")

base = dict(LaunchTemplate={"LaunchTemplateName": "full"}, MinCount=1, MaxCount=1)
fails("InvalidKeyPair.NotFound", ec2.run_instances, KeyName="nope", **base)
fails("InvalidGroup.NotFound", ec2.run_instances, SecurityGroupIds=["sg-0123456789abcdef0"], **base)
fails("InvalidSubnetID.NotFound", ec2.run_instances, SubnetId="subnet-0123456789abcdef0", **base)
fails("InvalidLaunchTemplateId.NotFound", ec2.describe_launch_template_versions, LaunchTemplateId="lt-0123456789abcdef0")
fails("InvalidParameterValue", ec2.describe_launch_templates, Filters=[{"Name": "colour", "Values": ["red"]}])
ec2.delete_launch_template(LaunchTemplateName="full")
same(ec2.describe_launch_templates()["LaunchTemplates"], [], "templates at the end")

report()
