import { type Program, startProgram } from './program.ts'

/**
 * Starts a command with a pid of one's choice (`set_tid` of clone3), which disturbs nobody else's, as soon as that pid is free.
 * Prints the pid, or why it could not; kills the command at the end of the input.
 */
const AT_PID = `
import ctypes, errno, os, signal, struct, sys, time
CLONE3 = 435
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
pid = ctypes.c_int(int(sys.argv[1]))
given = ctypes.create_string_buffer(struct.pack('11Q', 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(pid), 1, 0))
for attempt in range(1000):
    child = libc.syscall(ctypes.c_long(CLONE3), given, ctypes.c_size_t(88))
    if child == 0: os.execvp(sys.argv[2], sys.argv[2:])
    if child > 0: break
    error = ctypes.get_errno()
    if error != errno.EEXIST: break
    time.sleep(0.01)
print(child if child > 0 else os.strerror(error), flush=True)
sys.stdin.read()
if child > 0: os.kill(child, signal.SIGKILL)
`

/** A command that has the pid of a process that has ended. */
export interface TakenPid {
  /** Ends it, if it runs still. */
  end(): Promise<void>
}

/**
 * Starts a command with a pid that was another process's, as root.
 *
 * @param pid of a process that has just ended
 * @throws Error when it could not be had
 */
export const takePid = async (pid: number, command: readonly string[]): Promise<TakenPid> => {
  const program: Program = startProgram(['python3', '-c', AT_PID, String(pid), ...command])
  const answer = await program.ask('')
  if (answer === String(pid)) return program
  await program.end()
  throw new Error(`the pid ${pid} could not be taken: ${answer}`)
}
