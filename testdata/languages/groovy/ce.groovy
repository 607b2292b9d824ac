def x = (1 + 
println x }
