w=input().split()
print(min(w[0],w[1],key=len))
