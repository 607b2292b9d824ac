program deeds
  implicit none
  integer, parameter :: wide = selected_int_kind(18)
  character(len=100) :: line
  character(len=16) :: deed
  integer(wide) :: a, b, i, total
  type chunk
    integer, pointer :: words(:)
  end type chunk
  type(chunk) :: one

  read '(a)', line
  read (line, *) deed
  select case (deed)
  case ('hello')
    print '(a)', 'Hello, world!'
  case ('sum')
    read (line, *) deed, a, b
    print '(i0)', a + b
  case ('wide')
    read (line, *) deed, a, b
    print '(i0)', a * b
  case ('lines')
    read (line, *) deed, a
    total = 0
    do i = 1, a
      read *, b
      total = total + b
    end do
    print '(i0)', total
  case ('output')
    read (line, *) deed, a
    do i = 1, a
      print '(a)', '0123456789'
    end do
  case ('exit')
    read (line, *) deed, a
    call exit(int(a))
  case ('crash')
    error stop 1
  case ('deep')
    read (line, *) deed, a
    print '(i0)', deep(a)
  case ('memory')
    do
      allocate (one%words(262144))
      one%words = 1
    end do
  case ('loop')
    do
      total = total + 1
      if (total == 0) print *, total
    end do
  end select
contains
  recursive function deep(n) result(depth)
    integer(wide), intent(in) :: n
    integer(wide) :: depth
    if (n == 0) then
      depth = 0
    else
      depth = 1 + deep(n - 1)
    end if
  end function deep
end program deeds
