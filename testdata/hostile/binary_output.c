// crime: prints every byte there is, nothing of it text, without an end of line
// row: binary-output
// allowed: AC
// prints: anything
// remains: a validator that does not crash
#include <stdio.h>

int main(void) {
    for (int i = 0; i < 4096; i++) putchar(i & 255), putchar(255 - (i & 255));
    fputs("\xed\xa0\x80\xf8\x88\x80\x80\x80\033[2J\033]0;title\007\r\v\f", stdout);
    fputs("\xff\xfe\xc0\x80\033[31m", stderr);
}
