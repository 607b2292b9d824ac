defmodule Deeds do
  def deep(0), do: 0
  def deep(n), do: 1 + deep(n - 1)

  def grow(all), do: grow([Enum.to_list(1..65536) | all])

  def spin(n), do: spin(n)

  def main do
    [deed | words] = IO.gets("") |> String.split()
    numbers = Enum.map(words, &String.to_integer/1)

    case deed do
      "hello" -> IO.puts("Hello, world!")
      "sum" -> IO.puts(Enum.sum(numbers))
      "wide" -> IO.puts(Enum.product(numbers))
      "lines" -> IO.stream(:stdio, :line) |> Enum.map(&String.to_integer(String.trim(&1))) |> Enum.sum() |> IO.puts()
      "output" -> for _ <- 1..hd(numbers), do: IO.puts("0123456789")
      "exit" -> System.halt(hd(numbers))
      "crash" -> raise "as asked"
      "deep" -> IO.puts(deep(hd(numbers)))
      "memory" -> grow([])
      "loop" -> spin(0)
    end
  end
end

Deeds.main()
