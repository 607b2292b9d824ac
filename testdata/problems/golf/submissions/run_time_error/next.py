# A telegram of one word has no second one.
w=input().split()
w[1]
print(min(w,key=len))
