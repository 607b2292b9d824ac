interp recursionlimit {} 10000000

proc deep n {
    if {$n == 0} { return 0 }
    return [expr {1 + [deep [expr {$n - 1}]]}]
}

lassign [gets stdin] deed a b
switch $deed {
    hello { puts "Hello, world!" }
    sum { puts [expr {$a + $b}] }
    wide { puts [expr {$a * $b}] }
    lines {
        set sum 0
        while {[gets stdin line] >= 0} { incr sum $line }
        puts $sum
    }
    output { for {set i 0} {$i < $a} {incr i} { puts "0123456789" } }
    exit { exit $a }
    crash { error "as asked" }
    deep { puts [deep $a] }
    memory { while 1 { lappend all [string repeat x 1048576][incr n] } }
    loop { while 1 {} }
}
