import { type Program, startProgram } from '../program.ts'

/** Perl cannot send a descriptor by itself. */
const CLIENT = `
import socket, sys
there, here = socket.socketpair()
for line in sys.stdin:
    command, *to = line.split()
    if command == 'open':
        connection = socket.create_connection((to[0], int(to[1])))
    elif command == 'away':
        socket.send_fds(there, [b'x'], [connection.fileno()])
        connection.close()
    elif command == 'back':
        connection = socket.socket(fileno=socket.recv_fds(here, 1, 1)[1][0])
    else:
        connection.close()
    print(command, flush=True)
`

/**
 * A TCP client with these commands: `open HOST PORT` connects; `away` puts the connection on its way to another process, so that
 * only the kernel holds it, in no table of descriptors; `back` takes it in again; `close` closes it.
 */
export const startInFlightClient = (): Program => startProgram(['python3', '-c', CLIENT])
