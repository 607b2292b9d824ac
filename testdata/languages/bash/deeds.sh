deep() {
    if [ "$1" -gt 0 ]; then deep $(($1 - 1)); fi
}

read -r deed a b
case $deed in
    hello) echo "Hello, world!" ;;
    sum) echo $((a + b)) ;;
    wide) echo $((a * b)) ;;
    lines)
        total=0
        while read -r number; do total=$((total + number)); done
        echo "$total"
        ;;
    output) for ((i = 0; i < a; i++)); do echo 0123456789; done ;;
    exit) exit "$a" ;;
    crash) kill -SEGV $$ ;;
    deep)
        deep "$a"
        echo "$a"
        ;;
    memory)
        text=0123456789abcdef
        while true; do text=$text$text; done
        ;;
    loop) while true; do :; done ;;
esac
