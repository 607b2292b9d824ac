create line 100 allot
variable at
variable end

: more ( -- flag ) line 100 stdin read-line throw swap end ! 0 at ! ;
: here? ( -- flag ) at @ end @ < ;
: next ( -- c-addr u )
    line at @ +
    begin here? if line at @ + c@ bl <> else false then while 1 at +! repeat
    line at @ + over -
    1 at +! ;
: next# ( -- n ) next 0. 2swap >number 2drop drop ;
: say ( n -- ) 0 .r cr ;
: deep ( n -- d ) dup if 1- recurse 1+ then ;
: total ( -- n ) 0 next# 0 ?do more drop next# + loop ;
: output next# 0 ?do ." 0123456789" cr loop ;
: grow begin 1048576 dup allocate throw swap 1 fill again ;
: spin begin again ;

more drop
: deed ( -- )
    next
    2dup s" hello" compare 0= if ." Hello, world!" cr then
    2dup s" sum" compare 0= if next# next# + say then
    2dup s" wide" compare 0= if next# next# * say then
    2dup s" lines" compare 0= if total say then
    2dup s" output" compare 0= if output then
    2dup s" exit" compare 0= if next# (bye) then
    2dup s" crash" compare 0= if -9 throw then
    2dup s" deep" compare 0= if next# deep say then
    2dup s" memory" compare 0= if grow then
    2dup s" loop" compare 0= if spin then
    2drop ;
deed
