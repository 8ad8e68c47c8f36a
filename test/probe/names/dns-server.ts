// Run as a program: answers DNS over UDP on port 53 of 127.0.0.1 and ::1, from the zone given as JSON, and takes TCP
// connections on port 8443 of every address. Prints `ready` when it does. For each line `NAME PORT` that it reads, it sends the
// answer to who did not ask, on that port of 127.0.0.1.
import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { type Answer, decode, encode, type RecordType } from 'dns-packet'

/** Answers of a zone: by the name asked for, whatever of these types it leads to. */
type Zone = Readonly<
  Record<string, readonly { name: string; type: 'A' | 'AAAA' | 'CNAME'; ttl: number; data: string }[]>
>

const zone = JSON.parse(process.argv[2] ?? '{}') as Zone

const answersTo = (name: string, type: RecordType): Answer[] =>
  (zone[name] ?? []).filter((answer) => answer.type === 'CNAME' || answer.type === type)

const serve = async (family: 'udp4' | 'udp6', address: string) => {
  const socket = createSocket(family)
  socket.on('message', (message, from) => {
    const { id, questions } = decode(message)
    const [question] = questions ?? []
    const answers = question ? answersTo(question.name.toLowerCase(), question.type) : []
    const reply = encode({ type: 'response', ...(id ? { id } : {}), questions: questions ?? [], answers })
    socket.send(reply, from.port, from.address)
  })
  await new Promise<void>((bound) => socket.bind(53, address, bound))
  return socket
}

const socket = await serve('udp4', '127.0.0.1')
await serve('udp6', '::1')
await new Promise<void>((listening) =>
  createServer((connection) => connection.on('error', () => {}).resume()).listen(8443, '::', listening),
)
process.stdout.write('ready\n')

for await (const line of createInterface({ input: process.stdin })) {
  const [name = '', port] = line.split(' ')
  const answers = answersTo(name, 'A')
  const unasked = encode({ type: 'response', questions: [{ name, type: 'A', class: 'IN' }], answers })
  await new Promise((sent) => socket.send(unasked, Number(port), '127.0.0.1', sent))
  process.stdout.write('sent\n')
}
