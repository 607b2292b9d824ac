x = (1 + ;
printf("%d", x)
