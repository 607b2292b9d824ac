function deep(n) { return n == 0 ? 0 : 1 + deep(n - 1) }

NR > 1 { total += $1; next }
{ deed = $1; a = $2 }
deed == "hello" { print "Hello, world!" }
deed == "sum" { print $2 + $3 }
deed == "wide" { printf "%d\n", $2 * $3 }
deed == "output" { for (i = 0; i < a; i++) print "0123456789" }
deed == "exit" { exit a }
deed == "crash" { print > "/no/such/directory" }
deed == "deep" { print deep(a) }
deed == "memory" { for (text = "0123456789abcdef"; ; ) text = text text }
deed == "loop" { while (1) {} }
END { if (deed == "lines") print total }
