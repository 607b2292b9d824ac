def architect(crews):
    return sum(int(input()) for _ in range(crews))
