#lang racket/base
(displayln (+ 1 undeclared))
