#import <Foundation/Foundation.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long deep(long n) {
    volatile long here = n;
    if (n == 0) return 0;
    long below = deep(n - 1);
    return below + (here == n);
}

int main(void) {
    NSAutoreleasePool *pool = [[NSAutoreleasePool alloc] init];
    char word[16];
    long a = 0, b = 0, n, sum = 0;
    if (scanf("%15s", word) != 1) return 1;
    NSString *deed = [NSString stringWithUTF8String:word];
    if ([deed isEqual:@"hello"]) puts("Hello, world!");
    if ([deed isEqual:@"sum"] && scanf("%ld %ld", &a, &b) == 2) printf("%ld\n", a + b);
    if ([deed isEqual:@"wide"] && scanf("%ld %ld", &a, &b) == 2) printf("%ld\n", a * b);
    if ([deed isEqual:@"lines"] && scanf("%ld", &n) == 1) {
        while (n-- > 0 && scanf("%ld", &a) == 1) sum += a;
        printf("%ld\n", sum);
    }
    if ([deed isEqual:@"output"] && scanf("%ld", &n) == 1)
        while (n-- > 0) puts("0123456789");
    if ([deed isEqual:@"exit"] && scanf("%ld", &a) == 1) exit((int)a);
    if ([deed isEqual:@"crash"]) [NSException raise:@"AsAsked" format:@"as asked"];
    if ([deed isEqual:@"deep"] && scanf("%ld", &a) == 1) printf("%ld\n", deep(a));
    if ([deed isEqual:@"memory"])
        for (NSMutableArray *all = [NSMutableArray array];;) {
            char *bytes = malloc(1 << 20);
            memset(bytes, 1, 1 << 20);
            [all addObject:[NSData dataWithBytesNoCopy:bytes length:1 << 20]];
        }
    if ([deed isEqual:@"loop"])
        for (volatile int i = 0;; i++) {}
    [pool release];
    return 0;
}
