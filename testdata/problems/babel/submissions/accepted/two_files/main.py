from tower import architect

print(architect(int(input())))
