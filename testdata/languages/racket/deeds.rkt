#lang racket/base
(require racket/string)

(define (deep n) (if (zero? n) 0 (add1 (deep (sub1 n)))))

(define words (string-split (read-line)))
(define numbers (map string->number (cdr words)))
(case (car words)
  [("hello") (displayln "Hello, world!")]
  [("sum") (displayln (apply + numbers))]
  [("wide") (displayln (apply * numbers))]
  [("lines") (displayln (for/sum ([line (in-lines)]) (string->number line)))]
  [("output") (for ([_ (in-range (car numbers))]) (write-string "0123456789\n") (void))]
  [("exit") (exit (car numbers))]
  [("crash") (error "as asked")]
  [("deep") (displayln (deep (car numbers)))]
  [("memory") (let loop ([all '()]) (loop (cons (make-bytes 1048576 1) all)))]
  [("loop") (let loop () (loop))])
