#ifndef FUNCTION_PROCESS_H
#define FUNCTION_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/// What a process is started with. Everything is copied or inherited; nothing is kept after the call.
typedef struct {
    /// The program's file.
    const char *_Nonnull path;

    /// The arguments, beginning with the program's name, and a null pointer.
    char *_Nullable const *_Nonnull arguments;

    /// The environment, as NAME=VALUE, and a null pointer.
    char *_Nullable const *_Nonnull environment;

    /// The working directory; the caller's if null.
    const char *_Nullable directory;
} ProcessStart;

/// A process that was started. Its standard input is empty.
typedef struct {
    pid_t number;

    /// Descriptors that bring its standard output and standard error. The caller closes them.
    int output, error;

    /// A descriptor that brings the `errno` of an execution that failed, an `int`; it ends without if the program was
    /// executed. The caller closes it.
    int failure;
} StartedChild;

/// Forks a process that leads a group of its own and dies by SIGKILL with the calling thread, and executes the program.
///
/// No signal is ignored or blocked in the process, and it inherits no descriptor but its standard streams. The caller's
/// own standard streams must be open.
///
/// - Parameter process: Set if the process was started.
/// - Returns: 0 or an `errno`.
int function_process_start(const ProcessStart *_Nonnull start, StartedChild *_Nonnull process);

/// Waits until a child of this process has ended. It stays a zombie, so that its number is not given to another.
///
/// - Returns: The child's number, or -1 if there is no child.
pid_t function_process_wait(void);

/// Whether this process has children, zombies among them.
bool function_process_has_children(void);

/// Makes this process the parent of descendants whose own parents end.
void function_process_adopt_orphans(void);

#endif
