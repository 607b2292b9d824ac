program bricks
  implicit none
  integer :: n, i, more
  integer(8) :: total
  total = 0
  read (*, *) n
  do i = 1, n
    read (*, *) more
    total = total + more
  end do
  write (*, '(I0)') total
end program bricks
