# The usual tools, pipes and a here-document.
read -r a b
printf '%s\n' "$a" "$b" | sort -n | awk '{ total += $1 } END { print total }' | sed 's/^/x/' | tr -d x > total
cat <<END
$(cat total)
END
