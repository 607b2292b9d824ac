"""Counts what the players miss."""


def missed(delay, players):
    back = {}
    count = 0
    for at, player in enumerate(players):
        if at <= back.get(player, -1):
            count += 1
        else:
            back[player] = at + delay
    return count
