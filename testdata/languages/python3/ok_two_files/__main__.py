from adding import total

print(total(input().split()))
