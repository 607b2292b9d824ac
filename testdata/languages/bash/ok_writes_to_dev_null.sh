read -r a b
echo "not to be seen" > /dev/null
ls /no/such/file 2> /dev/null || echo $((a + b))
