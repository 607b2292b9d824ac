// crime: hands flags and a wrapper to the C compiler, and asks for generated code
// row: compile-execution
// stage: compile
// limits: cpu 20 s
// allowed: CE
// prints: anything
// remains: nothing was run
package main

// #cgo CFLAGS: -fplugin=/box/evil.so -wrapper /bin/sh,-c,id
// #cgo LDFLAGS: -Wl,--wrap -T/etc/shadow
// #include "/etc/shadow"
// static int one(void) { return 1; }
import "C"

//go:generate sh -c "echo ESCAPED"

func main() { println(C.one()) }
