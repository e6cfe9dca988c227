package node

import "testing"

func TestMemoryDiskAndProcesses(t *testing.T) {
	check(t, []scriptCase{
		{script: "free; free -m; free -h; df; df -h / /tmp/; df -hT /nofile /var/log; df -Z; ps; ps -ef | grep -c sshd; ps --forest; free -Q",
			stdout: "               total        used        free      shared  buff/cache   available\nMem:         1006632      201327      603979         428      201326      805305\nSwap:              0           0           0\n               total        used        free      shared  buff/cache   available\nMem:             983         196         589           0         196         786\nSwap:              0           0           0\n               total        used        free      shared  buff/cache   available\nMem:           983Mi       197Mi       590Mi       428Ki       197Mi       786Mi\nSwap:             0B          0B          0B\nFilesystem     1K-blocks    Used Available Use% Mounted on\ndevtmpfs            4096       0      4096   0% /dev\ntmpfs             503316       0    503316   0% /dev/shm\ntmpfs             201326     428    200898   1% /run\n/dev/nvme0n1p1   8310764 1677722   6633042  21% /\ntmpfs             503316       0    503316   0% /tmp\nFilesystem      Size  Used Avail Use% Mounted on\n/dev/nvme0n1p1  8.0G  1.7G  6.4G  21% /\ntmpfs           492M     0  492M   0% /tmp\nFilesystem     Type  Size  Used Avail Use% Mounted on\n/dev/nvme0n1p1 xfs   8.0G  1.7G  6.4G  21% /\n    PID TTY          TIME CMD\n   2102 ?        00:00:00 sh\n   2103 ?        00:00:00 ps\n1\n",
			stderr: "df: /nofile: No such file or directory\ndf: invalid option -- 'Z'\nTry 'df --help' for more information.\nps: the options ‘--forest’ are not simulated\nfree: invalid option -- 'Q'\nTry 'free --help' for more information.\n", exit: 1},
		{script: "ps aux | head -3; ps -ef | tail -3; systemctl stop sshd; ps -e | grep sshd; ps aux | wc -l; grep MemTotal /proc/meminfo",
			stdout: "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\nroot           1  0.0  1.7  67200 16800 ?        Ss   00:00   0:00 /usr/lib/systemd/systemd --switched-root --system --deserialize=32\nroot        1500  0.0  2.1  86016 21504 ?        Ss   00:00   0:00 /usr/bin/amazon-ssm-agent\nroot        2101       1  0 10:05 ?        00:00:00 /usr/bin/ssm-document-worker\nroot        2102    2101  0 10:05 ?        00:00:00 sh -c sh\nroot        2103    2102  0 10:05 ?        00:00:00 ps -ef\n17\nMemTotal:        1006632 kB\n"},
	})
}
