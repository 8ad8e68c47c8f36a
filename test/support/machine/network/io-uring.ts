import { type Program, startProgram } from '../program.ts'
import type { Server } from './servers.ts'

/**
 * Listens, and has a child accept one connection through io_uring, where no `accept` system call returns the socket. It
 * uses raw system calls, because not every machine has liburing. Prints the port, or why io_uring is not available;
 * then, after the connection was accepted, the child's pid.
 */
const ACCEPTS_BY_IO_URING = `
import ctypes, mmap, os, socket, struct, sys
SETUP, ENTER, OP_ACCEPT, GETEVENTS = 425, 426, 13, 1
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
def call(*args):
    result = libc.syscall(*[ctypes.c_void_p(arg) for arg in args])
    if result < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
params = bytearray(120)
try: ring = call(SETUP, 4, ctypes.addressof(ctypes.c_char.from_buffer(params)))
except OSError as error:
    print('no io_uring:', error.strerror, flush=True)
    sys.exit()
sq = dict(zip(('head', 'tail', 'mask', 'entries', 'flags', 'dropped', 'array'), struct.unpack_from('7I', params, 40)))
cq = dict(zip(('head', 'tail', 'mask', 'entries', 'overflow', 'cqes'), struct.unpack_from('6I', params, 80)))
l = socket.socket()
l.bind(('127.0.0.1', 0))
l.listen()
if os.fork() == 0:
    ring = call(SETUP, 4, ctypes.addressof(ctypes.c_char.from_buffer(params)))
    submissions = mmap.mmap(ring, sq['array'] + 4 * 4, offset=0)
    completions = mmap.mmap(ring, cq['cqes'] + 16 * 8, offset=0x8000000)
    entries = mmap.mmap(ring, 4 * 64, offset=0x10000000)
    struct.pack_into('=BBHiQQIIQ', entries, 0, OP_ACCEPT, 0, 0, l.fileno(), 0, 0, 0, 0, 1)
    struct.pack_into('I', submissions, sq['array'], 0)
    struct.pack_into('I', submissions, sq['tail'], 1)
    call(ENTER, ring, 1, 1, GETEVENTS, 0, 0)
    _, fd, _ = struct.unpack_from('=QiI', completions, cq['cqes'])
    assert fd >= 0, os.strerror(-fd)
    c = socket.socket(fileno=fd)
    print(os.getpid(), flush=True)
    while data := c.recv(64): c.sendall(data)
    c.close()
    sys.stdin.read()
    sys.exit()
print(l.getsockname()[1], flush=True)
os.wait()
`

/** A server whose child accepts by io_uring, or why there is none. */
export const startIoUring = async (): Promise<(Server & { readonly program: Program }) | string> => {
  const program = startProgram(['python3', '-c', ACCEPTS_BY_IO_URING])
  const answer = await program.ask('')
  if (!/^\d+$/.test(answer)) return answer
  return { pid: program.pid, port: Number(answer), program, end: () => program.end() }
}
