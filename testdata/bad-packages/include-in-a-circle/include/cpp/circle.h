#include "circle.h"
