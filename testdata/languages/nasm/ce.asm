        global main
main:   mov rax, undeclared_symbol
        bogus rax
