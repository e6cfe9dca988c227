"""Who calls: roles by STS, and by the metadata service of an instance, each against a mock that checks every signature."""
import json
import os
import urllib.error
import urllib.request

import botocore.utils

import conform
from conform import fails, report, same

IMDS = os.environ["MOCK_IMDS"]
INSTANCE = os.environ["MOCK_INSTANCE"]


def keys(credentials):
    return dict(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


root = conform.client("sts")
same(root.get_caller_identity()["Arn"], "arn:aws:iam::123456789012:root", "the root user")

role = root.assume_role(RoleArn="arn:aws:iam::210987654321:role/ops/admin", RoleSessionName="me", ExternalId="x1", DurationSeconds=900)
same(role["AssumedRoleUser"]["Arn"], "arn:aws:sts::210987654321:assumed-role/admin/me", "the role's session")
as_role = keys(role["Credentials"])
same(conform.client("sts", **as_role).get_caller_identity()["Account"], "210987654321", "the role's account")
same(conform.client("ec2", **as_role).describe_vpcs()["Vpcs"][0]["OwnerId"], "210987654321", "the role's VPC")
same(conform.client("ssm", **as_role).list_commands()["Commands"], [], "the role's commands")

wrong = dict(as_role, aws_secret_access_key="x")
fails("SignatureDoesNotMatch", conform.client("sts", **wrong).get_caller_identity)
fails("AuthFailure", conform.client("ec2", **wrong).describe_vpcs)
fails("InvalidSignatureException", conform.client("ssm", **wrong).list_commands)
without = dict(as_role, aws_session_token=None)
fails("InvalidClientTokenId", conform.client("sts", **without).get_caller_identity)
fails("AuthFailure", conform.client("ec2", **without).describe_vpcs)
fails("UnrecognizedClientException", conform.client("ssm", **without).list_commands)
unknown = dict(aws_access_key_id="AKIAOTHER", aws_secret_access_key="x")
fails("InvalidClientTokenId", conform.client("sts", **unknown).get_caller_identity)
fails("ValidationError", root.assume_role, RoleArn="arn:aws:iam::210987654321:role/x", RoleSessionName="me", DurationSeconds=43201)
fails("AccessDenied", conform.client("sts", **as_role).get_session_token)
session = conform.client("sts", **keys(root.get_session_token(DurationSeconds=900)["Credentials"]))
same(session.get_caller_identity()["Arn"], "arn:aws:iam::123456789012:root", "a session of the root user")

presigned = root.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
with urllib.request.urlopen(presigned) as answer:
    same(b"arn:aws:iam::123456789012:root" in answer.read(), True, "a presigned request")
try:
    urllib.request.urlopen(presigned.replace("GetCallerIdentity", "GetSessionToken"))
    same("answered", "refused", "a presigned request for something else")
except urllib.error.HTTPError as error:
    same(error.code, 403, "a presigned request for something else")

fetcher = botocore.utils.InstanceMetadataFetcher(base_url=IMDS, num_attempts=1, env={})
found = fetcher.retrieve_iam_role_credentials()
same(found["role_name"], "web", "the instance's role")
own = dict(aws_access_key_id=found["access_key"], aws_secret_access_key=found["secret_key"], aws_session_token=found["token"])
same(conform.client("sts", **own).get_caller_identity()["Arn"], "arn:aws:sts::123456789012:assumed-role/web/" + INSTANCE, "the instance's identity")
regions = botocore.utils.InstanceMetadataRegionFetcher(base_url=IMDS, num_attempts=1, env={})
same(regions.retrieve_region(), "us-east-1", "the instance's region")


def read(path, **headers):
    request = urllib.request.Request(IMDS + path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


put = urllib.request.Request(IMDS + "/latest/api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "60"})
with urllib.request.urlopen(put) as answer:
    token = answer.read().decode()
document = json.loads(read("/latest/dynamic/instance-identity/document", X_aws_ec2_metadata_token=token))
same(document["instanceId"], INSTANCE, "the identity document")
try:
    read("/latest/meta-data/instance-id")
    same("answered", "refused", "metadata without a token")
except urllib.error.HTTPError as error:
    same(error.code, 401, "metadata without a token")

report()
