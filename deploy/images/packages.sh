# What an image of some languages is made of. Sourced, not run: sets `languages`, `packages`, `key`.
# shellcheck shell=bash disable=SC2034,SC2154 # the scripts that source this file use and set the rest

# Raised when the scripts make something else of the same packages.
RECIPE=2
suite=${GAVEL_IMAGE_SUITE:-bookworm}
cache=$top/.cache/images

# image_of LANGUAGE...: c, cpp and python3 without arguments.
image_of() {
  local language definition found
  languages=("$@")
  [ $# -gt 0 ] || languages=(c cpp python3)
  packages=()
  for language in "${languages[@]}"; do
    definition=$top/sandboxes/languages/$language.toml
    [ -r "$definition" ] || die "no language is called $language (sandboxes/languages has them)"
    found=$(sed -nE 's/^packages\.debian = \[(.*)\]$/\1/p' "$definition" | tr -d '",')
    [ -n "$found" ] || die "Debian does not package $language"
    read -ra found <<<"$found"
    packages+=("${found[@]}")
  done
  mapfile -t packages < <(printf '%s\n' "${packages[@]}" | sort -u)
  key=$(cat "$top/deploy/images/finish" <(printf '%s\n' "$RECIPE" "$suite" "${languages[@]}" "${packages[@]}") | sha256sum | cut -c1-16)
}

# The directories that have the same name behind every wall, as deploy/images/finish reads them.
mounts() {
  python3 - "$top/sandboxes/languages" "${languages[@]}" <<'PYTHON'
import sys, tomllib

definitions, *languages = sys.argv[1:]
for language in languages:
    with open(f"{definitions}/{language}.toml", "rb") as file:
        for mount in tomllib.load(file).get("host", {}).get("mounts", []):
            print(mount["inside"], mount["probe"], *(path for path in mount["from"] if path.startswith("/")))
PYTHON
}
