let rec deep n = if n = 0 then 0 else 1 + deep (n - 1)

let () =
  Scanf.scanf "%s" (fun deed ->
    let number () = Scanf.scanf " %d" (fun n -> n) in
    match deed with
    | "hello" -> print_endline "Hello, world!"
    | "sum" -> let a = number () in Printf.printf "%d\n" (a + number ())
    | "wide" -> let a = number () in Printf.printf "%d\n" (a * number ())
    | "lines" ->
      let sum = ref 0 in
      for _ = 1 to number () do sum := !sum + number () done;
      Printf.printf "%d\n" !sum
    | "output" -> for _ = 1 to number () do print_string "0123456789\n" done
    | "exit" -> exit (number ())
    | "crash" -> failwith "as asked"
    | "deep" -> Printf.printf "%d\n" (deep (number ()))
    | "memory" ->
      let all = ref [] in
      while true do all := Bytes.make 1048576 'x' :: !all done
    | _ -> while true do () done)
