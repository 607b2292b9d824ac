IO.puts(1 + )
