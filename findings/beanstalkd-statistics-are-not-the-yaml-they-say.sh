#!/bin/bash
# beanstalkd 1.12 says that what it answers to stats, list-tubes and the like "is a YAML file". It quotes nothing in it but its
# version, so a reader of YAML gets other values than there are: the operating system is null, because the line is
# "os: #1 SMP ..." and # begins a comment; the tubes no, 1.5, 0x1F and null, all valid names, come back as False, 1.5, 31 and None.
# A client that then uses or watches the tube that it has read asks for another one, or fails.
#
# Seen with beanstalkd 1.12-2+b1 and PyYAML 6.0-3+b2 of Debian 12. Documented in protocol.txt of 1.12: "It is a YAML file
# containing all tube names as a list of strings". Source: the formats "os: %s", "name: %s" and "- %s" in prot.c; later sources have
# quotes in them.
# Needs apt-get of Debian 12, with its lists, and python3. Output:
#   os: None
#   list-tubes: ['default', False, 1.5, 31, None]
#   stats-tube no: name False
set -eu
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$dir"' EXIT
cd "$dir"
apt-get download -qq beanstalkd=1.12-2+b1 python3-yaml=6.0-3+b2 2>/dev/null
for package in *.deb; do dpkg -x "$package" root; done
root/usr/bin/beanstalkd -l 127.0.0.1 -p 0 >log 2>&1 &
server=$!
cat > read.py <<'PYTHON'
import re, socket, subprocess, sys, time, yaml

def port(pid):
    for _ in range(100):
        inodes = re.findall(r"socket:\[(\d+)\]", subprocess.run(["ls", "-l", f"/proc/{pid}/fd"], capture_output=True, text=True).stdout)
        for line in open("/proc/net/tcp"):
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                return int(fields[1].split(":")[1], 16)
        time.sleep(0.05)
    sys.exit("beanstalkd does not listen")

stream = socket.create_connection(("127.0.0.1", port(sys.argv[1]))).makefile("rwb")

def ask(command):
    stream.write(command.encode() + b"\r\n")
    stream.flush()
    answer = stream.readline().split()
    if answer[0] != b"OK":
        return answer
    body = stream.read(int(answer[1]))
    stream.readline()
    return yaml.safe_load(body)

for tube in ("no", "1.5", "0x1F", "null"):
    ask("watch " + tube)
system = ask("stats")["os"]
tubes = ask("list-tubes")
name = ask("stats-tube no")["name"]
print("os:", system)
print("list-tubes:", tubes)
print("stats-tube no: name", name)
sys.exit(0 if system is None and tubes == ["default", False, 1.5, 31, None] and name is False else 1)
PYTHON
PYTHONPATH=root/usr/lib/python3/dist-packages python3 read.py "$server"
