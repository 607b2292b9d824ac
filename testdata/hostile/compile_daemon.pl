# crime: leaves processes and files that wait for the next compilation
# row: compile-execution
# language: perl
# stage: compile
# allowed: AC
# prints: anything
# remains: no process, no file
# except trusted: what the user may write on the host it may write
BEGIN {
    for (1 .. 5) {
        if (!fork) { setpgrp; close STDIN; close STDOUT; close STDERR; sleep 1000 while 1 }
    }
    open my $file, ">", "/tmp/planted"; print $file "x"; close $file;
    print STDERR "ESCAPED\n" if open my $secret, "<", "/etc/shadow";
}
print "1\n";
