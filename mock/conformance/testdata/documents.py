"""SSM documents through boto3: their life, and commands that run them step by step."""
import json

from conform import client, fails, report, same

ec2 = client("ec2")
ssm = client("ssm")

image = ec2.describe_images(Owners=["amazon"], Filters=[{"Name": "name", "Values": ["al2023-ami-2023.*"]}, {"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
ran = ec2.run_instances(ImageId=image, InstanceType="t3.micro", MinCount=2, MaxCount=2, TagSpecifications=[{"ResourceType": "instance", "Tags": [{"Key": "role", "Value": "web"}]}])
ids = [i["InstanceId"] for i in ran["Instances"]]
ec2.get_waiter("instance_running").wait(InstanceIds=ids)


def content(*lines, **more):
    steps = [
        {"action": "aws:runShellScript", "name": "greet", "inputs": {"runCommand": ["echo hello {{ who }}"]}},
        {"action": "aws:runPowerShellScript", "name": "windows", "precondition": {"StringEquals": ["platformType", "Windows"]}, "inputs": {"runCommand": ["hostname"]}},
        {"action": "aws:runShellScript", "name": "finish", "inputs": {"runCommand": list(lines)}},
    ]
    parameters = {"who": {"type": "String", "default": "world", "allowedPattern": "^[a-z]+$", "description": "whom to greet"}}
    return json.dumps({"schemaVersion": "2.2", "description": "greets", "parameters": parameters, "mainSteps": steps, **more})


def output(command, id, step):
    one = ssm.get_command_invocation(CommandId=command, InstanceId=id, PluginName=step)
    return one["StandardOutputContent"], one["ResponseCode"]


made = ssm.create_document(Name="Greet", DocumentType="Command", Content=content("exit 0"), Tags=[{"Key": "team", "Value": "ops"}])["DocumentDescription"]
same((made["DocumentVersion"], made["SchemaVersion"], made["DefaultVersion"]), ("1", "2.2", "1"), "description")
same([(p["Name"], p["Type"], p["DefaultValue"]) for p in made["Parameters"]], [("who", "String", "world")], "parameters")
fails("DocumentAlreadyExists", ssm.create_document, Name="Greet", DocumentType="Command", Content=content("exit 0"))
fails("InvalidDocumentContent", ssm.create_document, Name="Bad", DocumentType="Command", Content="{")
fails("DuplicateDocumentContent", ssm.update_document, Name="Greet", Content=content("exit 0"), DocumentVersion="$LATEST")
updated = ssm.update_document(Name="Greet", Content=content("exit 3"), DocumentVersion="$LATEST")["DocumentDescription"]
same((updated["LatestVersion"], updated["DefaultVersion"]), ("2", "1"), "versions")
ssm.update_document_default_version(Name="Greet", DocumentVersion="2")
same(ssm.describe_document(Name="Greet")["Document"]["DefaultVersion"], "2", "default")
same(sorted(v["DocumentVersion"] for v in ssm.list_document_versions(Name="Greet")["DocumentVersions"]), ["1", "2"], "all versions")
got = ssm.get_document(Name="Greet", DocumentVersion="1", DocumentFormat="JSON")
same(json.loads(got["Content"])["mainSteps"][2]["inputs"]["runCommand"], ["exit 0"], "content of version 1")
same(ssm.get_document(Name="Greet", DocumentFormat="YAML")["Content"].startswith("{"), False, "as YAML")
own = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
same([d["Name"] for d in own], ["Greet"], "own documents")
same("AWS-RunShellScript" in [d["Name"] for p in ssm.get_paginator("list_documents").paginate(Filters=[{"Key": "Owner", "Values": ["Amazon"]}]) for d in p["DocumentIdentifiers"]], True, "AWS's documents")

sent = ssm.send_command(DocumentName="Greet", InstanceIds=ids, Parameters={"who": ["fleet"]}, MaxErrors="100%")["Command"]
listed = ssm.list_command_invocations(CommandId=sent["CommandId"], Details=True)["CommandInvocations"]
same({i["Status"] for i in listed}, {"Failed"}, "the last step fails")
same([(p["Name"], p["Status"]) for p in listed[0]["CommandPlugins"]], [("greet", "Success"), ("windows", "Success"), ("finish", "Failed")], "steps")
same(output(sent["CommandId"], ids[0], "greet"), ("hello fleet\n", 0), "first step")
same(output(sent["CommandId"], ids[0], "finish")[1], 3, "last step")
fails("InvalidPluginName", ssm.get_command_invocation, CommandId=sent["CommandId"], InstanceId=ids[0], PluginName="nothing")
fails("InvalidParameters", ssm.send_command, DocumentName="Greet", InstanceIds=ids, Parameters={"who": ["NOBODY"]})
fails("InvalidParameters", ssm.send_command, DocumentName="Greet", InstanceIds=ids, Parameters={"whom": ["x"]})

ssm.create_document(Name="Reboot", DocumentType="Command", Content=content("test -e /did || { touch /did; exit 194; }", "cat /proc/uptime | wc -l"))
again = ssm.send_command(DocumentName="Reboot", Targets=[{"Key": "tag:role", "Values": ["web"]}], MaxConcurrency="100%")["Command"]
ssm.get_waiter("command_executed").wait(CommandId=again["CommandId"], InstanceId=ids[0], PluginName="finish")
same(output(again["CommandId"], ids[0], "finish"), ("1\n", 0), "the step ran again after the reboot")
same(ssm.list_commands(CommandId=again["CommandId"])["Commands"][0]["TargetCount"], 2, "targets by tag")
fails("InvalidParameters", ssm.send_command, DocumentName="Greet", Targets=[{"Key": "colour", "Values": ["red"]}])
ssm.delete_document(Name="Greet")
fails("InvalidDocument", ssm.describe_document, Name="Greet")
fails("InvalidDocument", ssm.send_command, DocumentName="Greet", InstanceIds=ids)

report()
