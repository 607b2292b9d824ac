;; crime: leaves thousands of files among the compiled ones
;; row: compile-artifact
;; stage: compile
;; limits: cpu 15 s
;; allowed: CE
;; prints: anything
;; remains: no file
;; except trusted: the directory of compiled files is not called as the program expects
(eval-when (:compile-toplevel)
  (dotimes (i 6000)
    (with-open-file (file (format nil "/tmp/out/file~d" i) :direction :output) (print i file))))
(print 1)
