// What you write. Heights are between 1 and {{tallest}}.
#pragma once

constexpr int TALLEST = {{tallest}};

void put(int height);
void take(int height);
int shorter(int height);
