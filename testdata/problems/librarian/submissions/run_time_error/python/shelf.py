# Takes the shelf for a set.
books = set()


def put(height):
    books.add(height)


def take(height):
    books.remove(height)


def shorter(height):
    assert len(books) < 5, "please come back later"
    return sum(book < height for book in books)
