        global  main
        extern  scanf, printf, puts, exit, abort, malloc, strcmp
        section .rodata
text:   db      "%15s", 0
number: db      "%ld", 0
answer: db      "%ld", 10, 0
hello:  db      "Hello, world!", 0
digits: db      "0123456789", 0
names:  db      "hello", 0, 0, 0, "sum", 0, 0, 0, 0, 0, "wide", 0, 0, 0, 0, "lines", 0, 0, 0
        db      "output", 0, 0, "exit", 0, 0, 0, 0, "crash", 0, 0, 0, "deep", 0, 0, 0, 0
        db      "memory", 0, 0, "loop", 0, 0, 0, 0
jumps:  dq      do_hello, do_sum, do_wide, do_lines, do_output, do_exit, do_crash, do_deep, do_memory, do_loop
        section .bss
deed:   resb    16
value:  resq    1
        section .text
main:   push    rbx
        push    r12
        push    r13
        mov     edi, text
        mov     esi, deed
        xor     eax, eax
        call    scanf
        xor     ebx, ebx
.find:  mov     edi, deed
        lea     rsi, [names + rbx * 8]
        call    strcmp
        test    eax, eax
        jz      .found
        inc     ebx
        cmp     ebx, 10
        jb      .find
        mov     eax, 1
        jmp     leave
.found: jmp     [jumps + rbx * 8]

leave0: xor     eax, eax
leave:  pop     r13
        pop     r12
        pop     rbx
        ret

read:   sub     rsp, 8
        mov     edi, number
        mov     esi, value
        xor     eax, eax
        call    scanf
        mov     rax, [value]
        add     rsp, 8
        ret

say:    mov     rsi, rax
        mov     edi, answer
        xor     eax, eax
        call    printf
        jmp     leave0

do_hello:
        mov     edi, hello
        call    puts
        jmp     leave0
do_sum: call    read
        mov     r12, rax
        call    read
        add     rax, r12
        jmp     say
do_wide:
        call    read
        mov     r12, rax
        call    read
        imul    rax, r12
        jmp     say
do_lines:
        call    read
        mov     r12, rax
        xor     r13d, r13d
.more:  test    r12, r12
        jz      .done
        call    read
        add     r13, rax
        dec     r12
        jmp     .more
.done:  mov     rax, r13
        jmp     say
do_output:
        call    read
        mov     r12, rax
.more:  test    r12, r12
        jz      leave0
        mov     edi, digits
        call    puts
        dec     r12
        jmp     .more
do_exit:
        call    read
        mov     edi, eax
        call    exit
do_crash:
        xor     eax, eax
        mov     [rax], eax
do_deep:
        call    read
        mov     rdi, rax
        call    deep
        jmp     say
deep:   test    rdi, rdi
        jz      .end
        push    rdi
        dec     rdi
        call    deep
        pop     rdi
        inc     rax
        ret
.end:   xor     eax, eax
        ret
do_memory:
        mov     edi, 1048576
        call    malloc
        xor     ecx, ecx
.fill:  mov     byte [rax + rcx], 1
        add     ecx, 512
        cmp     ecx, 1048576
        jb      .fill
        jmp     do_memory
do_loop:
        jmp     do_loop
