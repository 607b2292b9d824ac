local function deep(n)
  if n == 0 then return 0 end
  return 1 + deep(n - 1)
end

local deed, a, b = string.match(io.read("l"), "^(%S+) ?(%S*) ?(%S*)")
a, b = math.tointeger(tonumber(a)), math.tointeger(tonumber(b))
if deed == "hello" then print("Hello, world!")
elseif deed == "sum" then print(a + b)
elseif deed == "wide" then print(a * b)
elseif deed == "lines" then
  local sum = 0
  for line in io.lines() do sum = sum + math.tointeger(tonumber(line)) end
  print(sum)
elseif deed == "output" then for _ = 1, a do print("0123456789") end
elseif deed == "exit" then os.exit(a)
elseif deed == "crash" then error("as asked")
elseif deed == "deep" then print(deep(a))
elseif deed == "memory" then
  local all = {}
  while true do all[#all + 1] = string.rep("x", 1048576) .. #all end
elseif deed == "loop" then while true do end
end
