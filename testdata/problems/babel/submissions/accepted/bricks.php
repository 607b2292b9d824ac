<?php
$n = (int) fgets(STDIN);
$sum = 0;
for (; $n > 0; $n--) {
    $sum += (int) fgets(STDIN);
}
echo $sum, "\n";
