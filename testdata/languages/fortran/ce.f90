program ce
  integer :: x
  x = undeclared(
end program ce
