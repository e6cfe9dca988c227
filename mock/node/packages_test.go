package node

import "testing"

func TestPackagesAreListed(t *testing.T) {
	check(t, []scriptCase{
		{script: "rpm -q bash nosuch kernel; echo $?; rpm -qa | wc -l; rpm -qa 'open*'; rpm -q; rpm -i x; rpm -Z; rpm -q bash-5.2.15 bash.x86_64",
			stdout: "bash-5.2.15-1.amzn2023.0.2.x86_64\npackage nosuch is not installed\nkernel-6.1.147-172.259.amzn2023.x86_64\n1\n23\nopenssh-server-8.7p1-8.amzn2023.0.16.x86_64\nopenssl-3.2.2-1.amzn2023.0.1.x86_64\nbash-5.2.15-1.amzn2023.0.2.x86_64\nbash-5.2.15-1.amzn2023.0.2.x86_64\n",
			stderr: "rpm: no arguments given for query\nrpm: only the queries -q NAME and -qa are simulated\nrpm: invalid option -- 'Z'\nTry 'rpm --help' for more information.\n"},
		{script: "dnf list installed bash; yum list installed nosuch; echo $?; yum check-update; echo $?; dnf -q check-update | wc -l; yum -y update; dnf install -y httpd; yum remove bash; dnf; dnf -Q",
			stdout: "Installed Packages\nbash.x86_64                              5.2.15-1.amzn2023.0.2               @System\n1\nLast metadata expiration check: 0:42:17 ago on Sun Nov 22 09:23:16 2026.\n\namazon-ssm-agent.x86_64                  3.3.2746.0-1.amzn2023               amazonlinux\ncurl-minimal.x86_64                      8.15.0-4.amzn2023.0.1               amazonlinux\nglibc.x86_64                             2.34-231.amzn2023.0.1               amazonlinux\nkernel.x86_64                            6.1.155-176.282.amzn2023            amazonlinux\nopenssl.x86_64                           3.2.2-1.amzn2023.0.2                amazonlinux\nsudo.x86_64                              1.9.17-1.p2.amzn2023.0.1            amazonlinux\n100\n6\n",
			stderr: "Error: No matching Packages to list\nyum: update is not simulated\ndnf: install httpd is not simulated\nyum: remove bash is not simulated\ndnf: a command is needed\ndnf: invalid option -- 'Q'\nTry 'dnf --help' for more information.\n", exit: 1},
	})
}
