// Run as a program: has a UDP socket that is never connected, as the resolver of musl, and prints its port. For each line `NAME
// SERVER` that it reads, it asks the server; for each answer that comes, asked for or not, it prints the name in it.
import { createSocket } from 'node:dgram'
import { createInterface } from 'node:readline'
import { decode, encode } from 'dns-packet'

const socket = createSocket({ type: 'udp6', ipv6Only: false })
socket.on('message', (message) => process.stdout.write(`${decode(message).questions?.[0]?.name}\n`))
await new Promise<void>((bound) => socket.bind(0, bound))
process.stdout.write(`${socket.address().port}\n`)

for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', server = ''] = line.split(' ')
  const address = server.includes(':') ? server : `::ffff:${server}`
  socket.send(encode({ id: 7, questions: [{ name, type: 'A', class: 'IN' }] }), 53, address)
}
