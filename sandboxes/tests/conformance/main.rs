//! What every wall promises, proved against every wall: one case per promise, real programs, real kernels.
//!
//! A wall joins by a line in [`walls`] and a table of the cases that cannot apply to it, each with its reason. Every case gets a
//! fresh wall and ends with a look at the whole host: nothing may be left. The test executable needs nothing of cargo at run
//! time: programs are compiled from sources inside it, into `GAVEL_CONFORMANCE_PROGRAMS` if that is set, and what is found
//! there is not compiled again, so a machine without a compiler can run it.

#![expect(clippy::unwrap_used, reason = "a failing helper is a failing test")]

mod clean;
mod dialogues;
mod ending;
mod exchange;
mod faults;
mod files;
mod hiding;
mod limits;
mod programs;
mod stand;
mod streams;

use stand::Stand;

/// Cases that cannot apply to the trusted wall, and why.
const NOT_TRUSTED: &[(&str, &str)] = &[
    (
        "work_size_is_capped",
        "the work directory is a directory of the host; only the size of single files is bounded",
    ),
    (
        "work_file_count_is_capped",
        "the work directory is a directory of the host",
    ),
    (
        "fork_bomb_is_bounded",
        "bounded by the user's process limit, but accounted in ticks: the CPU limit comes up to 0.1 s late",
    ),
    (
        "session_bomb_is_bounded",
        "bounded by the user's process limit, but accounted in ticks: the CPU limit comes up to 0.1 s late",
    ),
    (
        "big_output_is_not_charged_to_the_next_run",
        "memory is that of processes; files are never charged",
    ),
    (
        "cpu_of_spinning_children_is_counted",
        "children are accounted in ticks of 10 ms while they run",
    ),
    (
        "programs_share_no_files_with_the_host",
        "programs see the host's files; that is what trust means here",
    ),
    (
        "the_host_says_nothing_of_itself",
        "programs see the host's files; that is what trust means here",
    ),
    (
        "programs_see_only_their_own_processes",
        "programs share the host's process ids",
    ),
    (
        "programs_write_only_in_the_work_directory",
        "the host's own permissions decide",
    ),
    ("network_is_denied", "programs share the host's network"),
    (
        "new_namespaces_are_denied",
        "there is no filter; the user is unprivileged",
    ),
    ("dangerous_calls_are_denied", "there is no filter"),
    ("foreign_call_tables_kill", "there is no filter"),
    (
        "programs_have_no_privileges",
        "the bounding set is the host's and there is no filter; no-new-privileges holds",
    ),
    (
        "programs_cannot_change_processor",
        "pinned at the start, but free to move: there is no filter",
    ),
    ("shared_memory_is_wiped", "/dev/shm is the host's"),
    (
        "neighbours_cannot_reach_each_other",
        "programs share the host's processes, sockets and files",
    ),
];

/// Cases that cannot apply to the microVM wall, and why.
const NOT_MICROVM: &[(&str, &str)] = &[(
    "programs_run_as_the_slots_user",
    "each machine has users of its own, so its programs always have the same; programs_have_no_privileges holds",
)];

/// Cases that cannot apply to containers on the host's own kernel, and why.
const NOT_DOCKER_RUNC: &[(&str, &str)] = &[
    (
        "programs_share_no_files_with_the_host",
        "an image has an /etc/passwd and a /var of its own, and what is masked can be opened and is empty; \
         the_host_says_nothing_of_itself holds, and paths of the host lead nowhere",
    ),
    (
        "programs_see_only_their_own_processes",
        "the first process of a container is ours and shows its number; nothing of it can be read or signalled",
    ),
];

/// Cases that cannot apply to containers behind gVisor, and why.
const NOT_DOCKER_RUNSC: &[(&str, &str)] = &[
    (
        "programs_share_no_files_with_the_host",
        "an image has an /etc/passwd and a /var of its own, and /proc and /sys are gVisor's; the_host_says_nothing_of_itself holds, \
         and paths of the host lead nowhere",
    ),
    (
        "programs_see_only_their_own_processes",
        "the first process of a container is ours and shows its number; gVisor shows everybody its lists (maps, files, mounts) and no \
         variables, for it has none; its memory, its root and its program cannot be opened",
    ),
    (
        "work_file_count_is_capped",
        "gVisor's file systems in memory know no number of files (100,000 are made in 10 s and take 160 MB of its kernel); what they take \
         counts against the container, and its death is the run's",
    ),
];

macro_rules! conformance {
    ($($module:ident: $($case:ident)+;)+) => {
        const CASES: &[&str] = &[$($(stringify!($case),)+)+];

        mod native {
            $($(#[test] fn $case() { super::Stand::native(stringify!($case)).prove(super::$module::$case); })+)+
        }

        mod native_over_a_stream {
            $($(#[test] fn $case() {
                super::Stand::native_over_a_stream(stringify!($case)).prove(super::$module::$case);
            })+)+
        }

        mod microvm {
            $($(#[test] fn $case() {
                if let Some((_, reason)) = super::NOT_MICROVM.iter().find(|(case, _)| *case == stringify!($case)) {
                    println!("does not apply to the microVM wall: {reason}");
                    return;
                }
                super::Stand::microvm(stringify!($case)).prove(super::$module::$case);
            })+)+
        }

        mod docker_runc {
            $($(#[test] fn $case() {
                if let Some((_, reason)) = super::NOT_DOCKER_RUNC.iter().find(|(case, _)| *case == stringify!($case)) {
                    println!("does not apply to containers behind runc: {reason}");
                    return;
                }
                super::Stand::docker(stringify!($case), "runc").prove(super::$module::$case);
            })+)+
        }

        mod docker_runsc {
            $($(#[test] fn $case() {
                if let Some((_, reason)) = super::NOT_DOCKER_RUNSC.iter().find(|(case, _)| *case == stringify!($case)) {
                    println!("does not apply to containers behind runsc: {reason}");
                    return;
                }
                super::Stand::docker(stringify!($case), "runsc").prove(super::$module::$case);
            })+)+
        }

        mod trusted {
            $($(#[test] fn $case() {
                if let Some((_, reason)) = super::NOT_TRUSTED.iter().find(|(case, _)| *case == stringify!($case)) {
                    println!("does not apply to the trusted wall: {reason}");
                    return;
                }
                super::Stand::trusted(stringify!($case)).prove(super::$module::$case);
            })+)+
        }
    };
}

conformance! {
    ending:
        exit_codes_are_reported
        signals_are_reported
        daemons_are_dead_before_the_outcome
        stopped_programs_are_ended
        signals_cannot_be_ignored
        what_cannot_be_executed_is_said
        runs_can_be_cancelled
        five_hundred_runs_leak_nothing
        slots_do_not_disturb_each_other
        dropping_a_sandbox_destroys_it
        a_faked_kill_is_only_a_signal;
    streams:
        ten_megabytes_go_through
        input_has_a_private_offset
        outcomes_may_arrive_early
        output_at_the_cap_is_whole
        output_above_the_cap_stops_the_program
        ignoring_the_file_limit_does_not_help
        slow_output_above_the_cap_is_stopped
        error_floods_neither_block_nor_kill
        arguments_and_variables_arrive
        no_descriptors_leak
        outputs_stay_while_held;
    limits:
        cpu_limit_is_enforced_promptly
        sleepers_are_stopped_as_idle
        wall_limit_is_enforced
        memory_bombs_are_killed
        touched_bss_counts_and_untouched_does_not
        reserved_memory_is_free
        the_stack_is_as_large_as_memory
        tiny_limits_are_no_wall_errors
        cpu_of_orphans_is_counted
        cpu_of_spinning_children_is_counted
        fork_bomb_is_bounded
        session_bomb_is_bounded
        small_programs_measure_small
        big_output_is_not_charged_to_the_next_run
        programs_cannot_change_processor;
    files:
        runs_leave_each_other_nothing
        shared_memory_is_wiped
        sandboxes_leave_each_other_nothing
        kept_work_can_be_collected
        work_is_reset_with_directories
        placed_files_are_read_only
        paths_cannot_escape_the_box
        links_and_pipes_are_refused
        collections_are_bounded
        large_files_are_not_output
        work_size_is_capped
        work_file_count_is_capped
        many_files_are_wiped;
    exchange:
        known_files_are_taken
        programs_start_in_a_furnished_directory
        large_files_are_shown;
    hiding:
        programs_share_no_files_with_the_host
        the_host_says_nothing_of_itself
        programs_see_only_their_own_processes
        programs_write_only_in_the_work_directory
        network_is_denied
        new_namespaces_are_denied
        dangerous_calls_are_denied
        foreign_call_tables_kill
        programs_have_no_privileges
        programs_run_as_the_slots_user;
    dialogues:
        two_programs_talk
        dialogues_do_not_mix
        the_first_to_end_is_known
        pipes_close_with_their_program
        a_closed_output_is_noticed
        a_closed_input_swallows
        talkers_may_wait
        meters_tell_sleepers
        floods_of_talkers_are_stopped
        talkers_have_wall_limits
        pipes_can_be_opened_again
        neighbours_cannot_reach_each_other;
}

#[test]
fn every_exception_names_a_case() {
    for (case, reason) in [NOT_TRUSTED, NOT_MICROVM, NOT_DOCKER_RUNC, NOT_DOCKER_RUNSC]
        .into_iter()
        .flatten()
    {
        assert!(CASES.contains(case), "no case is called {case}");
        assert!(reason.len() > 10, "{case} is excepted without a reason");
    }
}
