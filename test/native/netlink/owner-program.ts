import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { openSocketOwners } from '../../../src/native/netlink/socket-owner.ts'

/**
 * Prints the port that it listens on and its status in /proc, then for each client who owns its socket. Each is a line of
 * JSON. It ends with its standard input.
 */
const owners = openSocketOwners()
const print = (what: unknown): void => void process.stdout.write(`${JSON.stringify(what)}\n`)

const server = createServer((socket) => {
  socket.on('error', () => {})
  const { remoteAddress = '', remotePort = 0, localAddress = '', localPort = 0 } = socket
  const own = { address: remoteAddress, port: remotePort }
  print(owners.ownerOf({ own, other: { address: localAddress, port: localPort } }))
})
server.listen(0, '::', () => {
  const { port } = server.address() as AddressInfo
  print({ port, status: readFileSync('/proc/self/status', 'utf8') })
})
process.stdin.resume().on('end', () => process.exit())
