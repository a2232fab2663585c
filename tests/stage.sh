# What tests/all.sh is made of. Stages may run at the same time.
# shellcheck shell=sh
log=build/log

# stage NAME COMMAND...: runs it. What it prints is in build/log/NAME; that it
# passed, or failed, in build/log/results.
stage() {
    name=$1
    shift
    start=$(date +%s)
    result=FAILED
    if "$@" >"$log/$name" 2>&1 </dev/null; then
        result=ok
    fi
    {
        echo "$result  $name ($(($(date +%s) - start)) s)"
        [ "$result" = ok ] || tail -n 60 "$log/$name" | sed 's/^/    /'
        grep -hE '^ *(skipped|deps):' "$log/$name" | sed 's/^ */    /'
    } >"$log/$name.told"
    echo "$result $name" >>"$log/results"
    cat "$log/$name.told"
}
