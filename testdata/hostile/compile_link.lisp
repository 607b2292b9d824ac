;; crime: evaluates while it is compiled, and leaves a link and a pipe among the compiled files
;; row: compile-artifact
;; stage: compile
;; limits: cpu 15 s
;; allowed: CE
;; prints: anything
;; remains: no link followed, nobody waits for the pipe
;; except trusted: the directory of compiled files is not called as the program expects
(eval-when (:compile-toplevel)
  (sb-ext:run-program "/bin/sh" '("-c" "ln -s /etc/shadow /tmp/out/stolen; mkfifo /tmp/out/pipe; (sleep 1000 &)")))
(print 1)
