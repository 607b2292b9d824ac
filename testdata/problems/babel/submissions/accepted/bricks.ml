let () =
  let n = Scanf.scanf " %d" (fun n -> n) in
  let sum = ref 0 in
  for _ = 1 to n do
    sum := !sum + Scanf.scanf " %d" (fun bricks -> bricks)
  done;
  Printf.printf "%d\n" !sum
