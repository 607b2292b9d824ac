"""Another file, which does nothing by itself."""


def verdict(ticket):
    half = len(ticket) // 2
    return "lucky" if digits(ticket[:half]) == digits(ticket[half:]) else "unlucky"


def digits(text):
    return sum(map(int, text))


if __name__ == "__main__":
    raise SystemExit("this is not the main file")
