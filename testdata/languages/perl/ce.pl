use strict;
print "open;
