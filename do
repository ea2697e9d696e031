#!/bin/sh
# The verbs of this repository; `./do help` names them.
# shellcheck disable=SC2086,SC2046  # lists of words are meant to be split
set -eu
cd "$(dirname "$0")"

build_packages="gcc libc6-dev meson ninja-build pkg-config libuv1-dev libssl-dev libfyaml-dev
    libjansson-dev libmicrohttpd-dev uthash-dev"
test_packages="clang clang-format g++ libclang-rt-dev llvm libcmocka-dev python3-pytest python3-gi
    gir1.2-gst-rtsp-server-1.0 gstreamer1.0-tools gstreamer1.0-plugins-base
    gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly gstreamer1.0-libav
    gstreamer1.0-rtsp ffmpeg vlc-bin vlc-plugin-base curl tshark iproute2 mount procps
    ca-certificates"
libraries="libuv libcrypto libfyaml jansson libmicrohttpd"
yellowstone=2.1.0

# The interpreter that sees Debian's pytest and gi, whatever else is first on the PATH.
python=/usr/bin/python3
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Undefined behaviour ends a program, as a bad access does.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

say() { printf '== %s\n' "$*"; }
die() {
    printf 'do: %s\n' "$*" >&2
    exit 1
}

# Prints those of the named packages that are not installed.
missing_packages() {
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
    for package in "$@"; do
        echo "$installed" | grep -qx "installed $package" || echo "$package"
    done
}

install_packages() {
    missing=$(missing_packages "$@" | tr '\n' ' ')
    [ -n "$missing" ] || return 0
    sudo=
    [ "$(id -u)" = 0 ] || sudo=sudo
    [ -z "$sudo" ] || command -v sudo >/dev/null || die "as root: apt-get install $missing"
    say "installing $missing"
    $sudo apt-get -qq update
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y \
        --no-install-recommends $missing >/dev/null
}

need() {
    if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
        install_packages "$@"
    elif ! command -v meson >/dev/null || ! pkg-config --exists $libraries; then
        die "install these first (Debian's names; your system may call them otherwise):" "$@"
    fi
}

need_to_build() { need $build_packages; }
need_to_test() {
    need $build_packages $test_packages $(command -v npm >/dev/null || echo nodejs npm)
}

# A client written by others, in another language: the tests want it.
need_yellowstone() {
    package=tests/system/node_modules/yellowstone/package.json
    grep -qs "\"version\": \"$yellowstone\"" $package && return
    say "installing yellowstone $yellowstone"
    npm install --loglevel=error --no-save --no-audit --no-fund --prefix tests/system \
        "yellowstone@$yellowstone" || say "yellowstone could not be installed"
}

# configure FOLDER COMPILER [MESON OPTION...]: anew when any of them has changed.
configure() {
    folder=$1 compiler=$2
    shift 2
    [ "$(cat "$folder/configured" 2>/dev/null)" = "$compiler $*" ] && return
    say "configuring $folder for $compiler"
    rm -rf "$folder"
    mkdir "$folder"
    if ! CC=$compiler meson setup "$folder" "$@" >"$folder/setup.log" 2>&1; then
        cat "$folder/setup.log"
        return 1
    fi
    echo "$compiler $*" >"$folder/configured"
}

compile() {
    say "compiling in $1"
    ninja -C "$1" ${JOBS:+-j "$JOBS"} && ln -sf src/daemon/weir "$1/weir"
}

build() {
    need_to_build
    configure build "${CC:-gcc}" -Dbuildtype=release -Dtests=false
    compile build
}

run() {
    build
    exec build/weir demo "$@"
}

results=build-test/results

build_for_tests() {
    configure build-test "${CC:-gcc}" -Dwerror=true -Db_sanitize=address,undefined \
        -Db_lundef=false && compile build-test
}

test_unit() {
    rm -f build-test/meson-logs/testlog.json
    meson test -C build-test --no-rebuild --print-errorlogs || true
    cp build-test/meson-logs/testlog.json $results/unit.json
}

test_tidy() {
    CC=${CC:-gcc} $python tests/tidy/tidy.py --tap $results/tidy.tap || true
    run_pytest tidy_self tests/tidy
}

# What one compiler accepts the other may warn of.
test_compilers() {
    case ${CC:-gcc} in *clang*) other=gcc ;; *) other=clang ;; esac
    verdict="not ok"
    configure build-other $other -Dwerror=true && compile build-other && verdict=ok
    echo "$verdict the tree compiles with $other, without a warning" >$results/compilers.tap
}

test_system() {
    need_yellowstone
    if [ -n "$expression" ]; then
        run_pytest system tests/system -k "$expression"
    else
        run_pytest system tests/system
    fi
}

run_pytest() {
    suite=$1
    shift
    WEIR=$PWD/build-test/weir timeout -k 10 3600 $python -m pytest -p no:cacheprovider -v \
        --tb=short --junitxml=$results/"$suite".xml "$@" || true
}

run_tests() {
    suites='' expression=''
    for word in "$@"; do
        case $word in
        tidy | unit | compilers | system) suites="$suites $word" ;;
        *) expression=$word ;;
        esac
    done
    [ -z "$expression" ] || suites="$suites system"
    suites=${suites:-tidy unit compilers system}
    need_to_test
    is_built=yes
    case $suites in *unit* | *system*) build_for_tests || is_built=no ;; esac
    rm -rf $results
    mkdir -p $results
    for suite in $suites; do
        say "testing: $suite"
        case $suite-$is_built in
        unit-no | system-no) say "the tree did not compile" ;;
        *) "test_$suite" || say "$suite could not be run" ;;
        esac
    done
    $python tests/summary.py $results $suites
}

fuzz_one() {
    target=$1 seconds=$2 runs=$3
    kept=tests/fuzz/corpus/$target
    [ -d "$kept" ] || kept=
    mkdir -p build-fuzz/corpus/"$target" build-fuzz/findings build-fuzz/logs
    say "fuzzing $target for ${runs:-$seconds s}${runs:+ runs}"
    # Many runs are wanted more than each one's promise: its weighing takes longer than the run.
    "build-fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 \
        ${runs:+-runs="$runs" -entropic=0} \
        -print_final_stats=1 -artifact_prefix=build-fuzz/findings/"$target-" \
        build-fuzz/corpus/"$target" $kept >build-fuzz/logs/"$target" 2>&1 || {
        tail -n 40 build-fuzz/logs/"$target"
        return 1
    }
}

fuzz() {
    targets='' seconds='' runs=''
    while [ $# -gt 0 ]; do
        case $1 in
        --seconds) seconds=${2:?--seconds wants a number} && shift ;;
        --runs) runs=${2:?--runs wants a number} && shift ;;
        *) targets="$targets $1" ;;
        esac
        shift
    done
    need_to_test
    configure build-fuzz clang -Dfuzz=true -Db_sanitize=address,undefined -Db_lundef=false \
        -Dc_args=-fsanitize=fuzzer-no-link
    compile build-fuzz
    seconds=${seconds:-${runs:+0}} # no limit to the time where the runs are counted
    seconds=${seconds:-60}
    targets=${targets:-$(echo tests/fuzz/fuzz_*.c | sed 's,tests/fuzz/fuzz_,,g; s,\.c\b,,g')}
    found=
    for target in $targets; do
        fuzz_one "$target" "$seconds" "$runs" || found="$found $target"
    done
    printf '\n%-16s %14s\n' target executions
    for target in $targets; do
        count=$(sed -n 's/^stat::number_of_executed_units: *//p' build-fuzz/logs/"$target")
        printf '%-16s %14s\n' "$target" "${count:-stopped}"
    done
    [ -z "$found" ] || die "findings in build-fuzz/findings:$found"
}

fmt() {
    need_to_test
    files=$(find . -path './build*' -prune -o -name node_modules -prune -o -name '*.[ch]' -print)
    case ${1:-} in
    --check) clang-format --dry-run -Werror $files ;;
    *) clang-format -i $files ;;
    esac
}

# bench [NAME [OPTION...]]
bench() {
    if [ $# -gt 0 ]; then
        [ -f "bench/$1.py" ] || die "there is no bench/$1.py; there are:" bench/*.py
        chosen=bench/$1.py
        shift
    else
        chosen=$(echo bench/*.py)
    fi
    build
    need python3-pytest iproute2 procps
    for program in $chosen; do
        say "measuring: $program"
        WEIR=$PWD/build/weir $python "$program" "$@"
    done
}

conformance() { $python tests/conformance/conformance.py; }

help() {
    cat <<END
./do run [OPTION...]     build, then play the demo: an origin and a gateway before it
./do test [SUITE...]     build with sanitizers and test all, or some of: tidy unit compilers system;
                         another word is an expression that system tests must match (pytest -k)
./do build               a release build: build/weir
./do fuzz [TARGET...] [--seconds S] [--runs N]    60 s for each target unless told otherwise
./do bench [NAME [OPTION...]]    as root: a release build, measured by bench/NAME.py, or by all
./do fmt [--check]       format the sources, or say where they are not
./do conformance         write docs/conformance.md from the marks in the tests
./do help                this

Each installs what it needs on Debian and Ubuntu. CC chooses the compiler, JOBS how many jobs run
at once.
END
}

verb=${1:-help}
[ $# -eq 0 ] || shift
case $verb in
run | build | bench | fuzz | fmt | conformance | help) "$verb" "$@" ;;
test) run_tests "$@" ;;
-h | --help) help ;;
*) die "there is no verb '$verb'; ./do help names them" ;;
esac
