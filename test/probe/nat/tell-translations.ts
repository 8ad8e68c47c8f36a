import { createInterface } from 'node:readline'
import { createLogger } from '../../../src/log/log.ts'
import { createConntrackSource } from '../../../src/probe/nat/conntrack-source.ts'
import type { PacketTuple } from '../../../src/probe/nat/nat-source.ts'

// A source of translations in a process of its own, so that it can be in a namespace of its own. Answers `ever` (all it
// was told of), `now` (without those that are over) and `status`, each in one line. Argument: memory for events in bytes.

const text = (t: PacketTuple) => `${t.sourceIp} ${t.sourcePort} > ${t.destinationIp} ${t.destinationPort}`

const ever = new Set<string>()
const now = new Set<string>()
const [eventBufferBytes] = process.argv.slice(2).map(Number)
const source = createConntrackSource({
  procRoot: '/proc',
  ...(eventBufferBytes === undefined ? {} : { eventBufferBytes }),
  log: createLogger({ format: 'text', debug: false, write: () => {} }),
})
await source.start({
  added: ({ original, reply }) => {
    ever.add(`${text(original)}, ${text(reply)}`)
    now.add(text(original))
  },
  removed: ({ original }) => void now.delete(text(original)),
})

const answers: Record<string, () => unknown> = {
  ever: () => [...ever],
  now: () => [...now],
  status: () => source.status(),
}
createInterface({ input: process.stdin })
  .on('line', (line) => console.log(JSON.stringify(answers[line]?.() ?? null)))
  .on('close', () => void source.stop())
