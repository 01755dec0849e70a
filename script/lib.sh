# Words that the scripts share. Sourced by them, with the checkout as working folder.

say() { printf '== %s\n' "$*"; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# How many compilers or tests run at once; JOBS overrides.
jobs() { printf '%s\n' "${JOBS:-$(nproc)}"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    die "needs root, and there is no sudo: run this as root: $*"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"  # nobody is there to type a password
  fi
}

# The packages of the given sections of script/packages.
packages_in() {
  for section in "$@"; do
    grep -qx "\[$section\]" script/packages || die "script/packages has no section [$section]"
  done
  for section in "$@"; do
    sed -n "/^\[$section\]/,/^\[/p" script/packages | grep '^[a-z]'
  done | sort -u
}

# Of the packages given, those that are not installed.
missing_of() {
  for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=absent
    [ "$status" = installed ] || printf '%s ' "$package"
  done
}

# Our C++ files, one a line.
sources() {
  find include src apps tests bench examples tools -name '*.[ch]pp' | sort
}

format_check() {
  sources | xargs clang-format-16 --dry-run -Werror
}

# clang-tidy on the given sources, with the compile commands of a build folder (of g++ or clang).
lint() {
  folder=$1
  shift
  [ $# -gt 0 ] || { say "nothing to check"; return 0; }
  printf '%s\n' "$@" | xargs -P "$(jobs)" -n 1 \
    clang-tidy-16 -p "$folder" --quiet --extra-arg=-Wno-unknown-warning-option
}
