from bisect import bisect_left, insort

books = []


def put(height):
    insort(books, height)


def take(height):
    del books[bisect_left(books, height)]


def shorter(height):
    return bisect_left(books, height)
