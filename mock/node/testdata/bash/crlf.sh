printf 'echo hi\r\nfoo\r\nif true; then\r\necho x\r\nfi\r\n' > crlf.tmp
bash crlf.tmp 2>&1 | od -c | head -20
printf 'ls\r\n' > c2.tmp; bash c2.tmp; echo $?
printf '#!/bin/bash\r\necho hi\r\n' > c3.tmp; chmod +x c3.tmp; ./c3.tmp; echo $?
printf 'cd /tmp\r\n' > c4.tmp; bash c4.tmp; echo $?
