// The header of the output validator is not there for teams.
#include "feedback.h"

int main() {
    Feedback{"/tmp/"}.accept("please");
}
