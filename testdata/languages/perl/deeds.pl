use strict;
use warnings;
no warnings 'recursion';

sub deep {
    my $n = shift;
    return $n == 0 ? 0 : 1 + deep($n - 1);
}

my ($deed, $a1, $b1) = split ' ', <STDIN>;
if ($deed eq 'hello') { print "Hello, world!\n" }
if ($deed eq 'sum') { print $a1 + $b1, "\n" }
if ($deed eq 'wide') { print $a1 * $b1, "\n" }
if ($deed eq 'lines') {
    my $sum = 0;
    $sum += $_ while <STDIN>;
    print "$sum\n";
}
if ($deed eq 'output') { print "0123456789\n" for 1 .. $a1 }
if ($deed eq 'exit') { exit $a1 }
if ($deed eq 'crash') { die "as asked" }
if ($deed eq 'deep') { print deep($a1), "\n" }
if ($deed eq 'memory') {
    my @all;
    push @all, 'x' x 1048576 . $_ for 1 .. 1 << 30;
}
if ($deed eq 'loop') { 1 while 1 }
