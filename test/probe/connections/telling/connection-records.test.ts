import { describe, expect, it } from 'vitest'
import { NO_SHARE } from '../../../../src/probe/connections/table/accounting/share.ts'
import { Tally } from '../../../../src/probe/connections/table/accounting/tally.ts'
import { AddressBook } from '../../../../src/probe/connections/telling/address-book.ts'
import { RecordMaker } from '../../../../src/probe/connections/telling/connection-records.ts'
import { processRef } from '../support.ts'

const identity = {
  client: processRef(1),
  clientIp: '10.0.0.1',
  serverIp: '10.0.0.2',
  serverPort: 80,
  netns: 0,
}

describe('the record of a tally', () => {
  const world = () => {
    const tally = new Tally({ id: 'c1', key: 'k', remotes: 'r', identity, sinceMs: 1000 })
    const maker = new RecordMaker()
    let suffix = ''
    let ports: readonly number[] | undefined
    const context = (book = new AddressBook({ hostId: 'h' })) => ({
      book,
      offsetMs: 5,
      nodeId: ({ pid }: { pid: number }) => `h;${pid}${suffix}`,
      exitedId: () => undefined,
    })
    const make = () => {
      const book = new AddressBook({ hostId: 'h' })
      return { record: maker.of(tally, context(book), ports), addresses: book.entries.map(({ ip }) => ip) }
    }
    const rename = () => {
      suffix = ';former'
    }
    const open = (...clientPorts: readonly number[]) => {
      ports = clientPorts
    }
    return { tally, make, rename, open, maker, context }
  }

  it('is the same object while it rests, and its addresses are told each time', () => {
    const { tally, make, open } = world()
    tally.change(NO_SHARE, { ...NO_SHARE, opened: 1, closed: 1 })
    open(40_001)
    const [first, second] = [make(), make()]
    expect(first.record).toMatchObject({ id: 'c1', client: 'h;1', opened: 1, sinceMs: 1005, lastMs: 1005 })
    expect(second.record).toBe(first.record)
    expect(second.addresses).toEqual(['10.0.0.1', '10.0.0.2'])
  })

  it.each<[string, (w: ReturnType<typeof world>) => void, object]>([
    ['it counts', ({ tally }) => tally.change(NO_SHARE, { ...NO_SHARE, failed: 1 }), { failed: 1 }],
    ['a round trip is measured', ({ tally }) => tally.measured(40, 0), { rttUs: 40 }],
    ['something happens', ({ tally }) => Object.assign(tally, { lastMs: 2000 }), { lastMs: 2005 }],
    ['a name is learned', ({ tally }) => Object.assign(tally, { serverName: 'db' }), { serverName: 'db' }],
    ['other connections are open', ({ open }) => open(40_002), { clientPorts: [40_002] }],
    ['the node of its process is another', ({ rename }) => rename(), { client: 'h;1;former' }],
  ])('is made anew when %s', (_, happen, expected) => {
    const w = world()
    const before = w.make().record
    happen(w)
    expect(w.make().record).toEqual({ ...before, ...expected })
  })

  it('tells what was added to it, if a report had that, and what it began with', () => {
    const { tally, make, maker, context } = world()
    const other = (id: string, sinceMs: number) => new Tally({ id, key: id, remotes: 'r', identity, sinceMs })
    const [untold, told] = [other('c2', 900), other('c3', 800)]
    maker.of(told, context(), undefined)
    expect(make().record).not.toHaveProperty('absorbed')
    tally.absorb(untold, 2000, 0)
    expect(make().record).toMatchObject({ sinceMs: 905, absorbed: { beganMs: 1005, records: [] } })
    tally.absorb(told, 2000, 0)
    expect(make().record).toMatchObject({ sinceMs: 805, absorbed: { beganMs: 1005, records: ['c3'] } })
    const later = other('c4', 2100)
    maker.of(later, context(), undefined)
    tally.absorb(later, 3000, 2001)
    expect(make().record).toMatchObject({ sinceMs: 805, absorbed: { beganMs: 1005, records: ['c4'] } })
  })
})
