# crime: fills what there is with links, directories and small files
# row: inodes
# limits: cpu 5 s, wall 20 s
# allowed: RTE TLE MLE
# prints: anything
# remains: no file
# except trusted: the work directory is on the host's disk, without a cap on files
for ((i = 0; ; i++)); do
  echo "$i" >"f$i" || exit 1
done
