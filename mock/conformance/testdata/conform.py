"""What the scripts share: clients that hold each answer against botocore's model, and checks that are counted."""
import json
import os
import re
import urllib.request
import xml.etree.ElementTree

import boto3
import botocore.exceptions

URL = os.environ["MOCK_URL"]

checks = 0  # made by the scripts
answers = 0  # held against the model

# What AWS has added since Debian's botocore was released, as it ends in a path below: the mock may answer it.
NEWER = re.compile(
    r"instanceType=\S+|bootMode=uefi-preferred|attachedEbsStatus|securityGroupArn|securityGroupRuleArn|revokedSecurityGroupRuleSet|"
    r"availabilityZoneId|publicSsmParameterName|sourceImageId|sourceImageRegion|sourceInstanceId|completionTime|currentInstanceBootMode|"
    r"OperatingSystem=(ALMA_LINUX|AMAZON_LINUX_2023)|"
    # Not newer: the model's values are in capitals, those of the service are not (the AWS CLI's examples of describe-instance-patches).
    r"Patches\[\]\.State=[A-Z][A-Za-z]+"
)


def same(got, want, what):
    global checks
    checks += 1
    assert got == want, f"{what}: got {got!r}, want {want!r}"


def fails(code, call, **arguments):
    """Calls, and wants the error code; returns the error's response."""
    global checks
    checks += 1
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        got = error.response["Error"]["Code"]
        assert got == code, f"{call.__name__}: got {got} ({error.response['Error']['Message']}), want {code}"
        return error.response
    raise AssertionError(f"{call.__name__}: no error, want {code}")


def advance(seconds):
    """Moves the mock's clock forward."""
    body = json.dumps({"advance": f"{seconds}s"}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{URL}/_muster/clock", data=body, method="POST")).read()


def client(service, **arguments):
    c = boto3.client(service, endpoint_url=URL, **arguments)
    c.meta.events.register("before-call", _remember)
    c.meta.events.register("response-received", _hold)
    return c


def _remember(model, params, context, **_):
    context["operation"] = model


def _hold(response_dict, context, **_):
    """Holds an answer against the model: botocore's parser drops what it does not know without a word."""
    global answers
    model = context.get("operation")
    if response_dict is None or response_dict["status_code"] >= 300 or model is None or model.output_shape is None:
        return
    answers += 1
    protocol = model.metadata["protocol"]
    if protocol == "json":
        _hold_json(json.loads(response_dict["body"]), model.output_shape, model.name)
    elif protocol == "ec2":
        root = xml.etree.ElementTree.fromstring(response_dict["body"])
        assert _local(root) == model.name + "Response", f"root of the answer: {root.tag}"
        for element in [e for e in root if _local(e) == "requestId"]:
            root.remove(element)
        _hold_xml(root, model.output_shape, model.name)


def _local(element):
    return re.sub(r"^\{.*\}", "", element.tag)


unknown = set()  # what the model does not have


def _unknown(path):
    if not re.search(rf"\b({NEWER.pattern})$", path):
        unknown.add(path)


def _hold_enum(text, shape, path):
    values = getattr(shape, "enum", None)
    if values and text and text not in values:
        _unknown(f"{path}={text}")


def _hold_json(value, shape, path):
    if shape.type_name == "structure":
        for name, inner in value.items():
            if name in shape.members:
                _hold_json(inner, shape.members[name], f"{path}.{name}")
            else:
                _unknown(f"{path}.{name}")
    elif shape.type_name == "list":
        for inner in value:
            _hold_json(inner, shape.member, f"{path}[]")
    elif shape.type_name == "map":
        for inner in value.values():
            _hold_json(inner, shape.value, f"{path}{{}}")
    else:
        _hold_enum(value, shape, path)


def _hold_xml(element, shape, path):
    if shape.type_name == "structure":
        members = {m.serialization.get("name", n): m for n, m in shape.members.items()}
        for inner in element:
            name = _local(inner)
            if name in members:
                _hold_xml(inner, members[name], f"{path}.{name}")
            else:
                _unknown(f"{path}.{name}")
    elif shape.type_name == "list":
        for item in element:
            if _local(item) != shape.member.serialization.get("name", "member"):
                _unknown(f"{path}: <{_local(item)}>")
            _hold_xml(item, shape.member, f"{path}[]")
    else:
        _hold_enum(element.text, shape, path)


def report():
    assert not unknown, "the model does not know " + ", ".join(sorted(unknown))
    print(f"{checks} checks passed, {answers} answers held against the model")
