input <- file("stdin", "r")
words <- strsplit(readLines(input, 1), " ")[[1]]
a <- if (length(words) > 1) as.numeric(words[2]) else 0
b <- if (length(words) > 2) as.numeric(words[3]) else 0
deep <- function(n) if (n == 0) 0 else 1 + deep(n - 1)
say <- function(n) cat(format(n, scientific = FALSE, digits = 20), "\n", sep = "")
switch(words[1],
  hello = cat("Hello, world!\n"),
  sum = say(a + b),
  wide = say(a * b),
  lines = say(sum(as.numeric(readLines(input)))),
  output = for (i in seq_len(a)) cat("0123456789\n"),
  exit = quit(status = a),
  crash = stop("as asked"),
  deep = say(deep(a)),
  memory = {
    all <- list()
    repeat all[[length(all) + 1]] <- rep(runif(1), 131072)
  },
  loop = repeat {}
)
