// Run as a program: gives a socket of its own DNS answers from port 53 of 127.0.0.1, each as long as one may be, as fast as it can
// until it is killed. Prints `flooding` when it has begun.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type Answer, encode } from 'dns-packet'

const AT_A_TIME = 100

const server = createSocket('udp4')
server.bind(53, '127.0.0.1')
await once(server, 'listening')
// It takes answers of that server, and reads none.
const socket = createSocket('udp4')
socket.connect(53, '127.0.0.1')
await once(socket, 'connect')

const name = 'flood.example.test'
const answers = Array.from(
  { length: 35 },
  (_, i): Answer => ({ name, type: 'A', ttl: 1, data: `198.51.100.${i}` }),
)
const answer = encode({ type: 'response', questions: [{ name, type: 'A', class: 'IN' }], answers })
const send = () => new Promise((sent) => server.send(answer, socket.address().port, '127.0.0.1', sent))

for (let sent = 0; ; sent += AT_A_TIME) {
  await Promise.all(Array.from({ length: AT_A_TIME }, send))
  if (sent === 10 * AT_A_TIME) process.stdout.write('flooding\n')
}
