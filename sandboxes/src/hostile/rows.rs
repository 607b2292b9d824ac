//! The table of crimes that a judge must survive. Each row has at least one program; `testdata/hostile/README.md` lists them.

/// One class of crimes.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in heads and tables.
    pub name: &'static str,
    /// What belongs to it.
    pub what: &'static str,
}

const fn row(name: &'static str, what: &'static str) -> Row {
    Row { name, what }
}

/// Every row: what programs do while they run, what they do while they are compiled, and what single languages add.
pub const ROWS: &[Row] = &[
    row(
        "fork-bomb",
        "forks without end, also in sessions of their own",
    ),
    row("thread-bomb", "starts threads without end"),
    row("daemon", "leaves processes behind"),
    row(
        "children-cpu",
        "computes in children and threads that nobody reaps",
    ),
    row(
        "memory-bomb",
        "fills memory of every kind: heap, stack, maps, files in memory, pipes, sockets, page tables",
    ),
    row("bss", "large static data, touched or not"),
    row("reserve", "reserves memory it never touches"),
    row("sleep", "sleeps, waits, deadlocks"),
    row("stop", "stops itself or its parent"),
    row(
        "signals",
        "ignores signals, sends storms of them, plays with alarms",
    ),
    row(
        "output-flood",
        "floods its outputs, or writes what looks like a verdict",
    ),
    row(
        "disk-flood",
        "huge, sparse, many, deep and oddly named files",
    ),
    row("inodes", "fills the file system with small files"),
    row("kept-pipe", "ends while a child keeps its output open"),
    row(
        "interaction",
        "closes streams, ends first or waits in a dialogue",
    ),
    row(
        "secrets",
        "reads processes, descriptors, answers, environments",
    ),
    row(
        "rewrite",
        "rewrites its input, its output, programs of others",
    ),
    row(
        "odd-output",
        "leaves links, pipes and sockets where files are collected",
    ),
    row("services", "looks for services of the host"),
    row("network", "opens every kind of socket"),
    row("other-processes", "debugs and reads its neighbours"),
    row("escape", "mounts, unshares, changes roots"),
    row("privileges", "set-uid programs, capabilities, users"),
    row("machine", "reboots, loads, floods the system log"),
    row(
        "left-behind",
        "leaves keys, IPC objects, locks, files for the next submission",
    ),
    row(
        "kernel-interfaces",
        "calls that are large, new or often broken",
    ),
    row("exec", "executes memory files, shells, scripts"),
    row("foreign-calls", "system calls of other architectures"),
    row("arguments", "huge and missing argument vectors"),
    row(
        "clock",
        "hides its time: sleeps out limits, resets clocks, raises limits",
    ),
    row("priority", "raises limits, changes priority and processor"),
    row("crash", "crashes, or fakes the exit of one that was killed"),
    row("core", "dumps core"),
    row("jit", "writes code and executes it"),
    row(
        "tiny-memory",
        "does not fit its limit even before it starts",
    ),
    row("terminal", "pushes characters into a terminal"),
    row("neighbours", "thrashes what it shares with its neighbours"),
    row("binary-output", "writes bytes that are no text"),
    row("compile-size", "makes the compiler write gigabytes"),
    row("compile-devices", "includes devices"),
    row("compile-doubling", "macros and strings that double"),
    row("compile-self", "includes itself"),
    row("compile-storm", "storms of templates and of errors"),
    row("compile-constexpr", "loops in the compiler"),
    row(
        "compile-leak",
        "reads files through the compiler's messages",
    ),
    row("compile-execution", "runs programs while it is compiled"),
    row("compile-artifact", "leaves something that is no program"),
    row("compile-nesting", "nests without end"),
    row(
        "java",
        "starts processes, reaches around the heap, ends in a static initialiser",
    ),
    row(
        "python",
        "calls the system by number, overflows its stack, imports from others, submits itself",
    ),
    row(
        "javascript",
        "starts processes and workers, reads the environment",
    ),
];
