; Reads everything in pieces and adds up all numbers but the first.
global _start

section .bss
buffer: resb 65536
digits: resb 24

section .text
_start:
    xor r12, r12            ; the sum of all numbers but the first
    xor r13, r13            ; the number being read
    xor r14, r14            ; how many numbers have been read
    xor r15, r15            ; whether a digit has been read
.fill:
    xor eax, eax
    xor edi, edi
    mov rsi, buffer
    mov edx, 65536
    syscall
    test rax, rax
    jle .finish
    mov rcx, rax
    mov rsi, buffer
.next:
    movzx eax, byte [rsi]
    inc rsi
    sub eax, '0'
    cmp eax, 9
    ja .between
    imul r13, r13, 10
    add r13, rax
    mov r15d, 1
    jmp .more
.between:
    test r15, r15
    jz .more
    test r14, r14
    jz .first
    add r12, r13
.first:
    inc r14
    xor r13, r13
    xor r15, r15
.more:
    dec rcx
    jnz .next
    jmp .fill
.finish:
    test r15, r15
    jz .print
    add r12, r13
.print:
    mov rdi, digits + 23
    mov byte [rdi], 10
    mov rax, r12
    mov ebx, 10
.digit:
    xor edx, edx
    div rbx
    add dl, '0'
    dec rdi
    mov [rdi], dl
    test rax, rax
    jnz .digit
    mov rsi, rdi
    mov rdx, digits + 24
    sub rdx, rsi
    mov eax, 1
    mov edi, 1
    syscall
    mov eax, 60
    xor edi, edi
    syscall
