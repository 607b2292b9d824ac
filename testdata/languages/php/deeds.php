<?php
function deep($n) {
    return $n == 0 ? 0 : 1 + deep($n - 1);
}

$words = explode(' ', trim(fgets(STDIN)));
$a = (int)($words[1] ?? 0);
$b = (int)($words[2] ?? 0);
switch ($words[0]) {
    case 'hello': echo "Hello, world!\n"; break;
    case 'sum': echo $a + $b, "\n"; break;
    case 'wide': echo $a * $b, "\n"; break;
    case 'lines':
        $sum = 0;
        while (($line = fgets(STDIN)) !== false) $sum += (int)$line;
        echo $sum, "\n";
        break;
    case 'output': for ($i = 0; $i < $a; $i++) echo "0123456789\n"; break;
    case 'exit': exit($a);
    case 'crash': throw new RuntimeException('as asked');
    case 'deep': echo deep($a), "\n"; break;
    case 'memory':
        $all = [];
        while (true) $all[] = str_repeat('x', 1 << 20);
    case 'loop': while (true);
}
