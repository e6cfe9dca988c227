"""Security groups and key pairs through boto3."""
from conform import client, fails, report, same

ec2 = client("ec2")

vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
default = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]
same(default["VpcId"], vpc, "default group's VPC")
made = ec2.create_security_group(GroupName="web", Description="front", VpcId=vpc, TagSpecifications=[{"ResourceType": "security-group", "Tags": [{"Key": "role", "Value": "web"}]}])
group = made["GroupId"]
fails("InvalidGroup.Duplicate", ec2.create_security_group, GroupName="web", Description="again", VpcId=vpc)
https = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "inside"}]}]
rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=https)["SecurityGroupRules"][0]
same((rule["FromPort"], rule["CidrIpv4"], rule["IsEgress"]), (443, "10.0.0.0/8", False), "rule")
fails("InvalidPermission.Duplicate", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=https)
fails("InvalidParameterValue", ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 2, "IpRanges": [{"CidrIp": "10.0.0.0/33"}]}])
found = ec2.describe_security_groups(Filters=[{"Name": "ip-permission.from-port", "Values": ["443"]}, {"Name": "tag:role", "Values": ["web"]}])["SecurityGroups"]
same([g["GroupId"] for g in found], [group], "groups by rule and tag")
same(found[0]["IpPermissions"][0]["IpRanges"][0]["Description"], "inside", "description of a range")
rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
same(sorted(r["IsEgress"] for r in rules), [False, True], "its rules")
same(ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=https)["Return"], True, "revoked")
same(ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissions"], [], "no permission is left")
fails("CannotDelete", ec2.delete_security_group, GroupId=default["GroupId"])
ec2.delete_security_group(GroupId=group)
fails("InvalidGroup.NotFound", ec2.describe_security_groups, GroupIds=[group])

rsa = ec2.create_key_pair(KeyName="old")
same((rsa["KeyMaterial"].startswith("-----BEGIN RSA PRIVATE KEY-----"), len(rsa["KeyFingerprint"])), (True, 59), "an RSA key and its SHA-1 fingerprint")
fails("InvalidKeyPair.Duplicate", ec2.create_key_pair, KeyName="old")
ours = ec2.import_key_pair(KeyName="mine", PublicKeyMaterial=b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example")
same(ours["KeyName"], "mine", "imported")
fails("InvalidKey.Format", ec2.import_key_pair, KeyName="bad", PublicKeyMaterial=b"nonsense")
pairs = ec2.describe_key_pairs(KeyNames=["mine", "old"])["KeyPairs"]
same(sorted((p["KeyName"], p["KeyType"]) for p in pairs), [("mine", "ed25519"), ("old", "rsa")], "key pairs")
ec2.delete_key_pair(KeyName="old")
fails("InvalidKeyPair.NotFound", ec2.describe_key_pairs, KeyNames=["old"])

report()
