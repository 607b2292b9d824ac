1;

function d = deep(n)
  if n == 0
    d = 0;
  else
    d = 1 + deep(n - 1);
  end
end

line = fgetl(stdin);
words = strsplit(line, " ");
numbers = str2double(words(2:end));
switch words{1}
  case "hello"
    printf("Hello, world!\n");
  case "sum"
    printf("%d\n", sum(numbers));
  case "wide"
    printf("%d\n", prod(int64(numbers)));
  case "lines"
    printf("%d\n", sum(fscanf(stdin, "%d")));
  case "output"
    for i = 1:numbers(1)
      puts("0123456789\n");
    end
  case "exit"
    exit(numbers(1));
  case "crash"
    error("as asked");
  case "deep"
    printf("%d\n", deep(numbers(1)));
  case "memory"
    all = {};
    while true
      all{end + 1} = rand(362, 362);
    end
  case "loop"
    while true
    end
end
