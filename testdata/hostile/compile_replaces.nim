# crime: leaves a process that puts a link in the place of the program as soon as that is there
# row: compile-artifact
# stage: compile
# limits: cpu 3 s, wall 20 s
# allowed: AC CE
# prints: anything
# remains: no process, no link followed
# except trusted: the work directory is not called as the program expects
const said = staticExec("mkdir /tmp/program.d; ln -s /etc/shadow /tmp/odd; (while :; do [ -f /tmp/program ] && ln -sf /etc/passwd /tmp/program; done >/dev/null 2>&1 &)")
static: echo said
echo 1
