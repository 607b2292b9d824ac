// crime: includes files of the host, so that messages about them show what is in them
// row: compile-leak
// stage: compile
// allowed: CE
// prints: anything
// remains: nothing of them in the message
// except trusted: the host's files are in sight
#include "/etc/shadow"
#include "/proc/self/environ"
#include "/proc/1/environ"
#include "/root/.bashrc"
#include "/proc/self/root/etc/shadow"
#include "../../../../../../etc/shadow"
#error done
