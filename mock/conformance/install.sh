#!/bin/sh
# Installs Debian's AWS CLI and boto3 where they are missing.
set -eu
if [ -x /usr/bin/aws ] && /usr/bin/python3 -c 'import boto3' 2>/dev/null; then
	exit 0
fi
if ! command -v apt-get >/dev/null; then
	echo "make conformance needs Debian's packages awscli and python3-boto3: this is no Debian" >&2
	exit 1
fi
if [ "$(id -u)" != 0 ]; then
	echo "make conformance needs Debian's packages awscli and python3-boto3; as root: apt-get install awscli python3-boto3" >&2
	exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends awscli python3-boto3
