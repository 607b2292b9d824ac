def deep(n)
  n == 0 ? 0 : 1 + deep(n - 1)
end

deed, *words = gets.split
a, b = words.map(&:to_i)
case deed
when "hello" then puts "Hello, world!"
when "sum" then puts a + b
when "wide" then puts a * b
when "lines" then puts $stdin.each_line.sum(&:to_i)
when "output" then a.times { puts "0123456789" }
when "exit" then exit a
when "crash" then raise "as asked"
when "deep" then puts deep(a)
when "memory"
  all = []
  loop { all << "x" * 1048576 }
when "loop"
  while true
  end
end
