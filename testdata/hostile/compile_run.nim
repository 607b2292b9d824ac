# crime: runs a shell while it is compiled, which reads, writes, connects and leaves processes
# row: compile-execution
# stage: compile
# limits: cpu 4 s, wall 20 s
# allowed: AC CE
# prints: anything
# remains: no process, no file, nothing read
# except trusted: what the user may write on the host it may write
const said = staticExec("(sleep 1000 &) ; (setsid sleep 1000 >/dev/null 2>&1 &) ; cat /etc/shadow && echo ESC""APED ; echo x >/usr/planted && echo ESC""APED ; (exec 3<>/dev/tcp/127.0.0.1/22) && echo ESC""APED ; echo x >/tmp/planted ; id")
static: echo said
echo said.len
