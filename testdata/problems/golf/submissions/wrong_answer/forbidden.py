print(eval("min(input().split(),key=len)"))
