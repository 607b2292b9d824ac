// crime: a program of sixteen gigabytes in twelve characters
// row: compile-size
// stage: compile
// allowed: CE
// prints: anything
// remains: no file
main[-1u]={1};
