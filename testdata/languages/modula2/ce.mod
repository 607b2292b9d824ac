MODULE ce;
BEGIN
  undeclared := 1
END ce.
