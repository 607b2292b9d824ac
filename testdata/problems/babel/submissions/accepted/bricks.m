n = fscanf(stdin, "%d", 1);
bricks = fscanf(stdin, "%d", n);
printf("%d\n", sum(bricks));
