# Sums digits by counting each of them, and leaves the sum in `sum`.
add() {
    local digit same
    sum=0
    for digit in 1 2 3 4 5 6 7 8 9; do
        same=${1//[!$digit]/}
        sum=$((sum + digit * ${#same}))
    done
}

verdict() {
    local half=$((${#1} / 2)) front
    add "${1:0:half}"
    front=$sum
    add "${1:half}"
    if [ "$front" = "$sum" ]; then echo lucky; else echo unlucky; fi
}
