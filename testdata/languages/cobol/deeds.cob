identification division.
program-id. deeds.
data division.
working-storage section.
01 input-line pic x(100).
01 deed pic x(16).
01 a pic s9(18) comp-5.
01 b pic s9(18) comp-5.
01 a-text pic x(20).
01 b-text pic x(20).
01 total pic s9(18) comp-5.
01 shown pic -(17)9.
01 chunk-pointer usage pointer.
01 chunk pic x(1048576) based.
procedure division.
main.
    accept input-line
    unstring input-line delimited by space into deed a-text b-text
    if a-text not = spaces compute a = function numval(a-text) end-if
    if b-text not = spaces compute b = function numval(b-text) end-if
    evaluate deed
        when "hello" display "Hello, world!"
        when "sum" compute total = a + b perform say
        when "wide" compute total = a * b perform say
        when "lines"
            move 0 to total
            perform a times
                accept input-line
                compute total = total + function numval(input-line)
            end-perform
            perform say
        when "output" perform a times display "0123456789" end-perform
        when "exit" move a to return-code
        when "crash" call "no-such-program"
        when "memory"
            perform until 1 = 2
                allocate chunk initialized
            end-perform
        when "loop"
            perform until 1 = 2
                add 1 to total
                subtract 1 from total
            end-perform
    end-evaluate
    goback.
say.
    move total to shown
    display function trim(shown).
