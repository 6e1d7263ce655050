// In C, because Swift cannot fork, and posix_spawn cannot call prctl in the child.
#define _GNU_SOURCE
#include "FunctionProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

/// Lets no descriptor from `first` on survive an execution.
static void close_on_exec_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) {
        return;
    }
#endif
    // Before Linux 5.11.
    long limit = sysconf(_SC_OPEN_MAX);
    for (int descriptor = first; descriptor < (limit < 0 || limit > 65536 ? 65536 : limit); descriptor++) {
        fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    }
}

/// Restores the default action of every signal.
static void reset_signals(void) {
    // All zero, whatever the order of its members: SIG_DFL, no flags, no mask.
    static const struct {
        unsigned long members[8];
    } kernel_action;
    for (int number = 1; number < NSIG; number++) {
        // Not through the C library: it refuses the two signals that it keeps for itself, which a parent may ignore.
        syscall(SYS_rt_sigaction, number, &kernel_action, NULL, (size_t)(NSIG / 8));
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/// The child's ends of its standard streams, and of the pipe that brings a failure.
typedef struct {
    int input, output, error, failure;
} ChildEnds;

/// The child's side of the fork. Only functions that are safe in a signal handler may be called here, because other
/// threads of the parent may have held locks.
static _Noreturn void run_child(const ProcessStart *start, pid_t parent, ChildEnds ends) {
    setpgid(0, 0);
    // The parent may have ended before this request was made.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(127);
    }
    reset_signals();
    if (dup2(ends.input, 0) == 0 && dup2(ends.output, 1) == 1 && dup2(ends.error, 2) == 2
        && (start->directory == NULL || chdir(start->directory) == 0)) {
        close_on_exec_from(3);
        execve(start->path, start->arguments, start->environment);
    }
    int reason = errno;
    ssize_t ignored = write(ends.failure, &reason, sizeof reason);
    (void)ignored;
    _exit(127);
}

/// Forks, with all signals blocked, so that no handler of the parent runs in the child.
static pid_t start_child(const ProcessStart *start, ChildEnds ends) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        run_child(start, parent, ends);
    }
    int reason = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    // Both sides do it, so that the group exists for both from here on.
    if (child > 0) {
        setpgid(child, child);
    }
    errno = reason;
    return child;
}

int function_process_start(const ProcessStart *start, StartedChild *process) {
    // An input, and the read and write ends of three pipes.
    int ends[] = {-1, -1, -1, -1, -1, -1, -1};
    pid_t child = -1;
    ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (ends[0] >= 0 && pipe2(ends + 1, O_CLOEXEC) == 0 && pipe2(ends + 3, O_CLOEXEC) == 0
        && pipe2(ends + 5, O_CLOEXEC) == 0) {
        child = start_child(start, (ChildEnds){ends[0], ends[2], ends[4], ends[6]});
    }
    int reason = child < 0 ? errno : 0;
    for (int index = 0; index < 7; index++) {
        bool is_parents = index % 2 == 1;
        if (ends[index] >= 0 && (child < 0 || !is_parents)) {
            close(ends[index]);
        }
    }
    *process = (StartedChild){child, ends[1], ends[3], ends[5]};
    return reason;
}

pid_t function_process_wait(void) {
    siginfo_t end;
    while (true) {
        if (waitid(P_ALL, 0, &end, WEXITED | WNOWAIT) == 0) {
            return end.si_pid;
        }
        if (errno != EINTR) {
            return -1;
        }
    }
}

bool function_process_has_children(void) {
    siginfo_t end;
    return waitid(P_ALL, 0, &end, WEXITED | WNOWAIT | WNOHANG) == 0;
}

void function_process_adopt_orphans(void) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}
