#pragma once

int missed(int delay, int n, const int *players);
