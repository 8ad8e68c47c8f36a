import { networkInterfaces } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { createFaults } from '../../src/log/faults.ts'
import { createLogger } from '../../src/log/log.ts'
import { onEveryLan } from '../../src/mdns/every-lan.ts'
import { mdnsTargets } from '../../src/probe/targets/mdns/mdns-targets.ts'
import type { FoundTargets } from '../../src/probe/targets/target.ts'

const log = createLogger({ format: 'text', debug: false, write: () => {} })
const make = () => {
  const faults = createFaults({ nowMs: () => 0, log })
  return { guard: faults.guardOf('mdns'), reasons: () => faults.of('mdns').map(({ reason }) => reason) }
}
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** One network, which is not really there. */
const oneNetwork = (): ReturnType<typeof networkInterfaces> => {
  const lo = networkInterfaces().lo?.find(({ family }) => family === 'IPv4')
  return { lan0: lo === undefined ? [] : [{ ...lo, internal: false }] }
}

test.each(['the looking', 'the joining'] as const)(
  'when %s fails, that is a fault, and it is looked again',
  async (part) => {
    const { guard, reasons } = make()
    let isBroken = true
    const fail = (at: typeof part): void => {
      if (at === part && isBroken) throw new Error(`${at} is broken`)
    }
    const joined: string[] = []
    const lan = onEveryLan({
      ...{ log, guard, everyMs: 20 },
      interfaces: () => {
        fail('the looking')
        return oneNetwork()
      },
      joined: (_, address) => {
        fail('the joining')
        joined.push(address)
      },
    })
    ends.push(() => lan.stop())
    expect(reasons()).toEqual([`failed to look for local networks: ${part} is broken`])
    isBroken = false
    await expect.poll(() => joined).toEqual(['127.0.0.1'])
    await expect.poll(reasons).toEqual([])
  },
)

test('what is thrown while apps are looked for is a fault, and they are looked for again', async () => {
  const { guard, reasons } = make()
  let isBroken = true
  let asked = 0
  const found: FoundTargets[] = []
  const source = mdnsTargets({
    log,
    interfaces: () => ({}),
    nowMs: () => {
      asked += 1
      if (isBroken) throw new Error('the clock is broken')
      return 0
    },
  })
  ends.push(source.watch((one) => found.push(one), undefined, guard))
  await expect
    .poll(reasons)
    .toEqual(['failed to forget apps that have left the local network: the clock is broken'])
  isBroken = false
  await expect.poll(reasons).toEqual([])
  expect(asked).toBeGreaterThan(1)
  expect(found).toEqual([{ targets: [], unresolved: [] }])
})
