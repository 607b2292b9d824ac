read -a w
for x in ${w[@]};do((${#x}<${#s}||!${#s}))&&s=$x;done
echo $s
