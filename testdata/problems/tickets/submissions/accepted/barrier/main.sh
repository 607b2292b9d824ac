# Judged beside the file that knows the rule: scripts find each other from where they start.
. ./rule.sh

while read -r ticket; do
    verdict "$ticket"
done
